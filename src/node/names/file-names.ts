import { createHash } from 'node:crypto';

/** Why the name of a file differs from its name in the archive. */
export type RenameReason =
  /** It contained characters that a file system does not allow, or that disguise a name. */
  | 'characters'
  /** It contained `..` or began with `/`, and might have led out of the directory. */
  | 'traversal'
  /** It was the name of a device on Windows, or of the folder in which this package keeps its own files. */
  | 'reserved'
  /** It ended with a dot or a space, which Windows removes. */
  | 'trailing'
  /** It was longer than 255 bytes, or the whole path was too long. */
  | 'length'
  /** It, or one of its folders, was empty or `.`. */
  | 'empty'
  /** It was normalized to composed characters (NFC), so that it is the same name everywhere. */
  | 'unicode'
  /**
   * Another file has the name, perhaps in different case, or the name looked like one that was changed for this reason.
   */
  | 'duplicate'
  /** Something that is not of this run has the name and must stay, such as a file of the user or of another selection. */
  | 'occupied';

/** The path of a file below the directory, with `/` between folders. */
export interface MappedName {
  path: string;
  reasons: RenameReason[];
}

/** The folder in the directory where this package keeps its own files. */
export const PRIVATE_FOLDER = '.scenario-downloads';

const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 900;
const MAX_EXTENSION_BYTES = 40;
const HASH_LENGTH = 10;

// Control characters (C0 and C1), line separators, marks that change the direction of text, and what Windows forbids.
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff<>:"|?*\\]/g;
/** The form of nearly all names. Nothing in such a name has to be changed, unless it is reserved or too long. */
const IS_PLAIN = /^\w(?:[\w .-]*\w)?(?:\/\w(?:[\w .-]*\w)?)*$/;
/** Paths that are equal to their key, as most are. For these no second string is kept in memory. */
const IS_ITS_OWN_KEY = /^[ -@[-~]*$/;
const LOOKS_SUFFIXED = new RegExp(`~[0-9a-f]{${HASH_LENGTH}}(\\.[^./]*)?$`, 'i');
/** The short (8.3) names that Windows may give to the private folder. */
const SHORT_NAME = /^scenar~\d+$/i;
/** Matches device names of Windows, in a path as well as in a single name. */
const RESERVED = /(^|\/)(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])[ ]*([./]|$)/i;

/**
 * Maps the name of an entry to a path that is valid on every platform and cannot lead out of the directory. The
 * function is pure: a name always has the same path. Different names may have the same path; `suffixPath` makes them
 * different.
 *
 * @param name an arbitrary string, with `/` between folders
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
  // A name that already looks suffixed gets another suffix, so that it cannot collide with a suffixed name.
  if (!LOOKS_SUFFIXED.test(path) || reasons.has('length')) return { path, reasons: [...reasons] };
  return { path: suffixPath(path, hashOf(name)), reasons: [...reasons, 'duplicate'] };
}

/** Computes a short hash of the properties that distinguish a file from others. */
export function hashOf(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, HASH_LENGTH);
}

/** Inserts `~hash` before the extension of a path. The name is shortened if it would become too long. */
export function suffixPath(path: string, hash: string): string {
  const slash = path.lastIndexOf('/') + 1;
  return path.slice(0, slash) + withSuffix(path.slice(slash), `~${hash}`, MAX_NAME_BYTES);
}

/** Returns a key that is equal for paths that a file system may treat as the same. */
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

/** Cuts a text to as many whole characters as fit, without a dot or a space at the end. */
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
