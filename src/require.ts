import { InvalidInputError } from './errors.js';
import { MAX_WAIT_MS } from './limits.js';
import { redactUrl } from './redact.js';

/** The number, if it is a whole one in the range. Else an InvalidInputError that names the option. */
export function requireInteger(name: string, value: number, minimum: number, maximum = 1e6): number {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw new InvalidInputError(`${name} must be a whole number from ${minimum} to ${maximum}, but is ${show(value)}.`);
}

/** The value, if it is one of these. Else an InvalidInputError that lists them. */
export function requireOneOf<Value>(name: string, value: Value, known: readonly Value[]): Value {
  if (known.includes(value)) return value;
  throw new InvalidInputError(`${name} must be one of ${known.join(', ')}, but is ${show(value)}.`);
}

/** Nothing, if it is a list. A string is iterable too, letter by letter, which nobody means. */
export function requireList(name: string, list: unknown): void {
  if (typeof list === 'string' || !(list as Iterable<string> | null)?.[Symbol.iterator])
    throw new InvalidInputError(`${name} must be a list of ids, but is ${show(list)}.`);
}

/**
 * Nothing, if it is one, or missing. Else an InvalidInputError that names the option. A list is no plain object, nor is
 * another collection, whose content nobody would look at.
 */
export function requireKind(name: string, value: unknown, kind: 'a function' | 'a plain object'): void {
  if (value === undefined || (value && kind.endsWith(typeof value) && !(Symbol.iterator in Object(value)))) return;
  throw new InvalidInputError(`${name} must be ${kind}, but is ${show(value)}.`);
}

/** The duration, if it is one that can be waited. Else an InvalidInputError that names the option. */
export function requireMilliseconds(name: string, value: number): number {
  return requireInteger(name, value, 1, MAX_WAIT_MS);
}

/** The URL, if it is https or leads to this machine. Else an InvalidInputError that names the option. */
export function requireSecureUrl(name: string, value: string): string {
  if (isSecureUrl(value) && !/[@?#]/.test(value)) return value;
  throw new InvalidInputError(`${name} must be an https or local URL without user info or query: ${redactUrl(value)}.`);
}

const SECURE_URL = /^https:|^http:\/\/(([^/]+\.)?localhost|\[::1\]|127(\.\d+){3})(:\d+)?\//;

/** Whether this is a URL, and a request to it can be read by nobody on its way: https, or this machine. */
export function isSecureUrl(value: unknown): value is string {
  return typeof value === 'string' && SECURE_URL.test(redactUrl(value));
}

// As a path segment "." and ".." vanish, and another operation would be called. For half of a surrogate pair there are
// no bytes, and a control character is what is left of a line of Windows.
const USABLE_ID = /^(?!\s*$|\.\.?$)[^\p{Cs}\p{Cc}]+$/u;

/** Whether this can be a path segment and mean something. */
export function isUsableId(id: unknown): id is string {
  return typeof id === 'string' && USABLE_ID.test(id);
}

/** The id, if it can be a path segment and mean something. Else an InvalidInputError that names it. */
export function requireId(name: string, id: unknown): string {
  if (isUsableId(id)) return id;
  throw new InvalidInputError(`${name} must be a printable string, not "." or "..", but is ${show(id)}.`);
}

/** A value as a message may show it: quoted, and not too long. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  try {
    return String(value).slice(0, 80);
  } catch {
    // Without a prototype, say, it has no text.
    return typeof value;
  }
}
