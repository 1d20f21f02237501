import { createHash } from 'node:crypto';

/** Why a file is not called what the archive calls it. */
export type RenameReason =
  /** Characters that some file system does not allow, or that hide what a name is. */
  | 'characters'
  /** It would have led out of the directory. */
  | 'traversal'
  /** A name that means a device on Windows, or that this package keeps its own files under. */
  | 'reserved'
  /** A dot or a space at the end, which Windows drops. */
  | 'trailing'
  /** Longer than 255 bytes, or a path that is too long altogether. */
  | 'length'
  /** It, or one of its folders, had no name. */
  | 'empty'
  /** Its letters were composed, so that it is the same name everywhere. */
  | 'unicode'
  /** Another file has the name, perhaps in other case. */
  | 'duplicate'
  /** A file that this package did not put there has the name. */
  | 'occupied';

/** Where a file goes, below the directory, with `/` between folders. */
export interface MappedName {
  path: string;
  reasons: RenameReason[];
}

/** What this package keeps its own files under, in the directory. */
export const PRIVATE_FOLDER = '.scenario-downloads';

const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 900;
const MAX_EXTENSION_BYTES = 40;
const HASH_LENGTH = 10;

// Control characters of both sets; the marks that turn the direction of text; what Windows forbids.
// eslint-disable-next-line no-control-regex -- they are what it is about
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff<>:"|?*\\]/g;
/** A name as nearly all are: nothing in it has to be changed, but that it may be reserved or too long. */
const IS_PLAIN = /^\w(?:[\w .-]*\w)?(?:\/\w(?:[\w .-]*\w)?)*$/;
/** What neither case nor composition changes. Most paths are like that, and need no second string in memory. */
const IS_ITS_OWN_KEY = /^[ -@[-~]*$/;
const LOOKS_SUFFIXED = new RegExp(`~[0-9a-f]{${HASH_LENGTH}}(\\.[^./]*)?$`, 'i');
/** What Windows may call the private folder as well, for programs of old. */
const SHORT_NAME = /^scenar~\d+$/i;
/** For a name with folders, and for one alone. */
const RESERVED = /(^|\/)(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])[ ]*([./]|$)/i;

/**
 * Maps the name of an entry to a path that means the same file on every platform and cannot lead anywhere else. Pure:
 * the same name has the same path always. Different names may share one; `suffixPath` tells them apart.
 *
 * @param name with `/` between folders; anything may be in it
 */
export function mapEntryName(name: string): MappedName {
  if (name.length <= MAX_NAME_BYTES && IS_PLAIN.test(name) && !RESERVED.test(name)) return { path: name, reasons: [] };
  const reasons = new Set<RenameReason>();
  const segments = name.split('/');
  const inside = segments.filter((segment) => segment !== '' && segment !== '.' && segment !== '..');
  if (segments.includes('..') || name.startsWith('/')) reasons.add('traversal');
  else if (inside.length < segments.length) reasons.add('empty');
  const mapped = (inside.length === 0 ? ['_'] : inside).map((segment, depth) => mapSegment(segment, depth, reasons));
  const path = shortenPath(mapped, name, reasons);
  // A name that looks as if it had a suffix gets one of its own, so that none can be taken for another's.
  if (!LOOKS_SUFFIXED.test(path) || reasons.has('length')) return { path, reasons: [...reasons] };
  return { path: suffixPath(path, hashOf(name)), reasons: [...reasons, 'duplicate'] };
}

/** A short hash of what tells one file from another. */
export function hashOf(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, HASH_LENGTH);
}

/** The path with `~hash` before its extension, within the length that a name may have. */
export function suffixPath(path: string, hash: string): string {
  const slash = path.lastIndexOf('/') + 1;
  return path.slice(0, slash) + withSuffix(path.slice(slash), `~${hash}`, MAX_NAME_BYTES);
}

/** Two paths that some file system takes for the same have the same key. */
export function pathKey(path: string): string {
  if (IS_ITS_OWN_KEY.test(path)) return path;
  return path.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

function mapSegment(segment: string, depth: number, reasons: Set<RenameReason>): string {
  const note = (before: string, after: string, reason: RenameReason): string => {
    if (before !== after) reasons.add(reason);
    return after;
  };
  const wellFormed = segment.replace(/\p{Surrogate}/gu, '\ufffd');
  let result = note(wellFormed, wellFormed.normalize('NFC'), 'unicode');
  result = note(result, result.replace(FORBIDDEN, '_'), 'characters');
  result = note(result, result.replace(/[. ]+$/, ''), 'trailing');
  if (result === '') result = '_';
  if (RESERVED.test(result) || (depth === 0 && (pathKey(result) === PRIVATE_FOLDER || SHORT_NAME.test(result))))
    result = note(result, `_${result}`, 'reserved');
  if (Buffer.byteLength(result) <= MAX_NAME_BYTES) return result;
  return note(result, withSuffix(result, `~${hashOf(segment)}`, MAX_NAME_BYTES), 'length');
}

function shortenPath(segments: readonly string[], name: string, reasons: Set<RenameReason>): string {
  const path = segments.join('/');
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return path;
  reasons.add('length');
  const file = segments.at(-1) ?? '_';
  const folders: string[] = [];
  let bytes = 2 * MAX_NAME_BYTES;
  for (const folder of segments.slice(0, -1)) {
    bytes += Buffer.byteLength(folder) + 1;
    if (bytes > MAX_PATH_BYTES) break;
    folders.push(folder);
  }
  return [...folders, withSuffix(file, `~${hashOf(name)}`, MAX_NAME_BYTES)].join('/');
}

function withSuffix(name: string, suffix: string, maxBytes: number): string {
  const dot = name.lastIndexOf('.');
  const hasExtension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= MAX_EXTENSION_BYTES;
  const extension = hasExtension ? name.slice(dot) : '';
  const stem = name.slice(0, name.length - extension.length);
  const room = maxBytes - Buffer.byteLength(suffix) - Buffer.byteLength(extension);
  return `${cut(stem, room)}${suffix}${extension}`;
}

/** As many whole characters as fit. */
function cut(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let bytes = 0;
  let result = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    result += character;
  }
  return result.replace(/[. ]+$/, '');
}
