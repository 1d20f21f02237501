import { redactText } from '../../redact.js';
import { show } from '../../require.js';

/** Which list of a selection an id belongs to. */
export type IdKind = 'assetIds' | 'inferenceIds' | 'modelIds';

/** Takes one id. */
export type TakeId = (kind: IdKind, id: string) => void;

/** The fields that may hold an id, the most specific first, because an asset's record also names its inference. */
const FIELDS: readonly [field: string, kind: IdKind][] = [
  ['assetId', 'assetIds'],
  ['id', 'assetIds'],
  ['inferenceId', 'inferenceIds'],
  ['modelId', 'modelIds'],
];

/** Never ids: what tools print for a missing field, path segments, and other commands' name for standard input. */
const NO_IDS = ['null', 'undefined', '.', '..', '-'];
const MAX_EXCERPT = 77;

/**
 * Returns what is wrong with an id; undefined when nothing is. The API documents no format, so this only finds what
 * cannot be an id, or is several in one.
 */
export function problemWithId(id: string): string | undefined {
  if (id === '') return 'is empty';
  if (NO_IDS.includes(id)) return `is ${show(id)}, which is not an id`;
  // The URL may be signed, and thus a secret.
  if (/^https?:\/\//i.test(id)) return `is a web address, not an id: ${show(redactText(id))}`;
  // Half of a surrogate pair, or an invisible character. Tabs and line breaks are left to the check below.
  if (/[\p{Surrogate}\p{Cf}]|(?!\s)\p{Cc}/u.test(id)) return `has a character in it that no id has: ${showHidden(id)}`;
  if (/[\s,;]/.test(id)) return `has a space, a comma or a semicolon in it: ${show(id)}`;
  return undefined;
}

/** Quotes a value for a message, and escapes invisible characters that JSON leaves as they are. */
function showHidden(value: string): string {
  return show(value).replace(/\p{Cf}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/**
 * Takes the id from a JSON value. A string is an asset id; in an object, `assetId` or `id` holds one, else
 * `inferenceId`, else `modelId`. Returns what is wrong with the value; undefined when nothing is.
 */
export function takeIdOfValue(value: unknown, take: TakeId): string | undefined {
  if (typeof value === 'string') return takeChecked('assetIds', value, take);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `is ${excerptOf(JSON.stringify(value))}, but an id is a string, or an object that has one`;
  }
  const fields = value as Record<string, unknown>;
  for (const [field, kind] of FIELDS) {
    const id = fields[field];
    if (id === undefined || id === null) continue;
    return typeof id === 'string' ? takeChecked(kind, id, take) : `has ${show(field)}, but it is not a string`;
  }
  const known = FIELDS.map(([field]) => show(field)).join(', ');
  // The value is probably an API response, which usually wraps its list in an object.
  const list = Object.keys(fields).find((field) => Array.isArray(fields[field]));
  return `has none of ${known}${list === undefined ? '' : `, but a list in ${show(list)}: jq -c '.[${show(list)}][]' takes it out`}`;
}

/** Returns the beginning of a JSON text for a message. It is not quoted again, which would make it hard to read. */
export function excerptOf(json: string): string {
  return json.length > MAX_EXCERPT ? `${json.slice(0, MAX_EXCERPT)}...` : json;
}

function takeChecked(kind: IdKind, id: string, take: TakeId): string | undefined {
  const problem = problemWithId(id);
  if (problem === undefined) take(kind, id);
  return problem;
}
