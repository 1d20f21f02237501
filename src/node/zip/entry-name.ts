import { isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { extraFields } from './extra-fields.js';

const UTF8_FLAG = 0x800;
/** Info-ZIP's extra field with the UTF-8 form of a name that is in another encoding. */
const UNICODE_PATH_FIELD = 0x7075;
const UNICODE_PATH_VERSION = 1;

/** Code page 437 from 0x80 on; below that it is ASCII. */
const CODE_PAGE =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀' +
  'αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/**
 * Decodes the name of an entry. Many writers use UTF-8 without setting the flag, so only names that are not valid UTF-8
 * are decoded as code page 437.
 *
 * @param flags the flags of the record
 * @param extra the extra fields of the record
 */
export function decodeName(raw: Buffer, flags: number, extra: Buffer): string {
  return unicodePathIn(extra, raw) ?? ((flags & UTF8_FLAG) !== 0 || isUtf8(raw) ? raw.toString() : fromCodePage(raw));
}

/** The UTF-8 name from the extra field. Ignored if its CRC-32 shows that only the raw name has been changed since. */
function unicodePathIn(extra: Buffer, raw: Buffer): string | undefined {
  if (extra.length === 0) return undefined;
  const field = extraFields(extra).find(
    ({ id, data }) =>
      id === UNICODE_PATH_FIELD &&
      data.length > 5 &&
      data.readUInt8(0) === UNICODE_PATH_VERSION &&
      data.readUInt32LE(1) === crc32(raw),
  );
  return field?.data.toString('utf8', 5);
}

function fromCodePage(raw: Buffer): string {
  let text = '';
  for (const byte of raw) text += byte < 0x80 ? String.fromCharCode(byte) : (CODE_PAGE[byte - 0x80] ?? '');
  return text;
}
