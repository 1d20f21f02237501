import { isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { extraFields } from './extra-fields.js';

const UTF8_FLAG = 0x800;
/** Of Info-ZIP: the name in UTF-8, beside one that is not. */
const UNICODE_PATH_FIELD = 0x7075;
const UNICODE_PATH_VERSION = 1;

/** The code page 437, from 0x80 on; below, it is ASCII. */
const CODE_PAGE =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀' +
  'αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/**
 * The name of an entry. Many writers use UTF-8 without saying so; what is not valid UTF-8 is in the code page of old.
 *
 * @param flags of its record, and `extra` the fields there
 */
export function decodeName(raw: Buffer, flags: number, extra: Buffer): string {
  return unicodePathIn(extra, raw) ?? ((flags & UTF8_FLAG) !== 0 || isUtf8(raw) ? raw.toString() : fromCodePage(raw));
}

/** The field is of no use where somebody has changed the name, and left it as it was. */
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
