import type { Effect } from './effects.js';
import type { Fault } from './faults.js';
import { show } from './option-checks.js';

/** The check for a value: none, that it is a function, or that it is an integer in a range. */
type Check = 'any' | 'function' | { from: number; to: number };

const COUNT: Check = { from: 0, to: Infinity };
const STATUS: Check = { from: 100, to: 599 };

/** The fields of each effect besides its type. */
const EFFECTS: Record<Effect['type'], Record<string, Check>> = {
  status: { status: STATUS, headers: 'any', body: 'any' },
  body: { body: 'any', status: STATUS, contentType: 'any' },
  redirect: { location: 'any', status: STATUS },
  expire: {},
  drop: { afterBytes: COUNT },
  stall: { afterBytes: COUNT },
  trickle: { chunkBytes: { from: 1, to: Infinity }, everyMs: COUNT },
  dropAfterWork: {},
  jobStatus: { jobStatus: 'any', downloadUrl: 'any' },
  withoutUrl: {},
  noRanges: {},
  wrongRange: {},
  corrupt: { at: COUNT },
  truncate: { bytes: COUNT },
  changeETag: { etag: 'any' },
  changeContent: { content: 'any' },
};
/** The required fields of each effect. */
const REQUIRED: Partial<Record<Effect['type'], string[]>> = {
  status: ['status'],
  body: ['body'],
  redirect: ['location'],
  trickle: ['chunkBytes', 'everyMs'],
  jobStatus: ['jobStatus'],
  corrupt: ['at'],
  truncate: ['bytes'],
  changeContent: ['content'],
};
const FAULT: Record<string, Check> = { on: 'any', effect: 'any', times: COUNT, after: COUNT, when: 'function' };

const ANYWHERE: Effect['type'][] = ['status', 'body', 'redirect', 'expire', 'drop', 'stall', 'trickle'];
const STEPS: Record<Fault['on'], Effect['type'][]> = {
  downloadRequestBatch: [...ANYWHERE, 'dropAfterWork'],
  downloadRequest: [...ANYWHERE, 'dropAfterWork'],
  downloadGetStatus: [...ANYWHERE, 'jobStatus', 'withoutUrl'],
  file: [...ANYWHERE, 'noRanges', 'wrongRange', 'corrupt', 'truncate', 'changeETag', 'changeContent'],
};

/**
 * Validates a fault. With a fault that has no effect, a test would pass without testing anything.
 *
 * @throws {TypeError} if the fault has an unknown type, or a field that is missing, unknown or of the wrong type
 * @throws {RangeError} if a number is out of range
 */
export function checkFault(fault: unknown): asserts fault is Fault {
  const given = asRecord('A fault', fault);
  checkFields('A fault', given, FAULT);
  const { on } = given;
  const types = typeof on === 'string' && Object.hasOwn(STEPS, on) ? STEPS[on as Fault['on']] : undefined;
  if (types === undefined) throw new TypeError(`"on" must be one of ${list(Object.keys(STEPS))}, but is ${show(on)}.`);
  const effect = asRecord('The effect of a fault', given['effect']);
  const type = types.find((known) => known === effect['type']);
  if (type === undefined) {
    throw new TypeError(
      `A fault on ${String(on)} has an effect of type ${list(types)}, but not ${show(effect['type'])}.`,
    );
  }
  const what = `The effect ${type}`;
  for (const name of REQUIRED[type] ?? []) {
    if (effect[name] === undefined) throw new TypeError(`${what} needs "${name}".`);
  }
  checkFields(what, effect, { type: 'any', ...EFFECTS[type] });
}

function checkFields(what: string, given: Record<string, unknown>, checks: Record<string, Check>): void {
  for (const [name, value] of Object.entries(given)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) throw new TypeError(`${what} has ${list(Object.keys(checks))}, but no ${show(name)}.`);
    if (value === undefined || check === 'any') continue;
    if (check === 'function') {
      if (typeof value !== 'function') throw new TypeError(`"${name}" must be a function, but is ${show(value)}.`);
      continue;
    }
    const isWhole = Number.isInteger(value) || (value === Infinity && check.to === Infinity);
    if (isWhole && Number(value) >= check.from && Number(value) <= check.to) continue;
    const range = check.to === Infinity ? `from ${check.from} on` : `from ${check.from} to ${check.to}`;
    throw new RangeError(`"${name}" must be a whole number ${range}, but is ${show(value)}.`);
  }
}

function asRecord(what: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new TypeError(`${what} must be an object, but is ${show(value)}.`);
}

function list(names: readonly string[]): string {
  return names.join(', ');
}
