import { redactText } from '../../redact.js';
import { show } from '../../require.js';

/** Which list of a selection an id belongs to. */
export type IdKind = 'assetIds' | 'inferenceIds' | 'modelIds';

/** Takes one id. */
export type TakeId = (kind: IdKind, id: string) => void;

/** The fields that an id is looked for in, the most particular first: an asset's record names its inference, too. */
const FIELDS: readonly [field: string, kind: IdKind][] = [
  ['assetId', 'assetIds'],
  ['id', 'assetIds'],
  ['inferenceId', 'inferenceIds'],
  ['modelId', 'modelIds'],
];

/** What tools print of a field that is not there, parts of a path, and how other commands call standard input. */
const NO_IDS = ['null', 'undefined', '.', '..', '-'];
const MAX_EXCERPT = 77;

/**
 * What is wrong with an id; undefined when nothing is. The API documents no form, so this finds only what can be no id
 * at all, or is several in one.
 */
export function problemWithId(id: string): string | undefined {
  if (id === '') return 'is empty';
  if (NO_IDS.includes(id)) return `is ${show(id)}, which is not an id`;
  // A signed URL is a secret.
  if (/^https?:\/\//i.test(id)) return `is a web address, not an id: ${show(redactText(id))}`;
  // Half of a surrogate pair, or something that no terminal shows. Tabs are spaces.
  if (/[\p{Surrogate}\p{Cf}]|(?!\s)\p{Cc}/u.test(id)) return `has a character in it that no id has: ${showHidden(id)}`;
  if (/[\s,;]/.test(id)) return `has a space, a comma or a semicolon in it: ${show(id)}`;
  return undefined;
}

/** A value as a message may show it, with what JSON leaves hidden. */
function showHidden(value: string): string {
  return show(value).replace(/\p{Cf}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/**
 * Takes the id out of a JSON value: a string is an asset id, an object has it in `assetId` or `id`, else in
 * `inferenceId`, else in `modelId`. Returns what is wrong, if something is.
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
  // What an API answers with is a list in an object more often than not.
  const list = Object.keys(fields).find((field) => Array.isArray(fields[field]));
  return `has none of ${known}${list === undefined ? '' : `, but a list in ${show(list)}: jq -c '.[${show(list)}][]' takes it out`}`;
}

/** The beginning of a JSON text, for a message: in quotes of its own it would be hard to read. */
export function excerptOf(json: string): string {
  return json.length > MAX_EXCERPT ? `${json.slice(0, MAX_EXCERPT)}...` : json;
}

function takeChecked(kind: IdKind, id: string, take: TakeId): string | undefined {
  const problem = problemWithId(id);
  if (problem === undefined) take(kind, id);
  return problem;
}
