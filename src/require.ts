import { InvalidInputError } from './errors.js';
import { MAX_WAIT_MS } from './limits.js';
import { redactUrl } from './redact.js';

/** Returns the number if it is an integer in the range. Otherwise throws an InvalidInputError that names the option. */
export function requireInteger(name: string, value: number, minimum: number, maximum = 1e6): number {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw new InvalidInputError(`${name} must be a whole number from ${minimum} to ${maximum}, but is ${show(value)}.`);
}

/** Returns the value if it is one of the known ones. Otherwise throws an InvalidInputError that lists them. */
export function requireOneOf<Value>(name: string, value: Value, known: readonly Value[]): Value {
  if (known.includes(value)) return value;
  throw new InvalidInputError(`${name} must be one of ${known.join(', ')}, but is ${show(value)}.`);
}

/** Throws an InvalidInputError unless the value is iterable. A string is rejected too: its letters are not ids. */
export function requireList(name: string, list: unknown): void {
  if (typeof list === 'string' || !(list as Iterable<string> | null)?.[Symbol.iterator])
    throw new InvalidInputError(`${name} must be a list of ids, but is ${show(list)}.`);
}

/**
 * Throws an InvalidInputError that names the option unless the value is of this kind or undefined. An array or another
 * collection is not a plain object, because its content would be ignored.
 */
export function requireKind(name: string, value: unknown, kind: 'a function' | 'a plain object'): void {
  if (value === undefined || (value && kind.endsWith(typeof value) && !(Symbol.iterator in Object(value)))) return;
  throw new InvalidInputError(`${name} must be ${kind}, but is ${show(value)}.`);
}

/** Returns the duration if a timer can wait for it. Otherwise throws an InvalidInputError that names the option. */
export function requireMilliseconds(name: string, value: number): number {
  return requireInteger(name, value, 1, MAX_WAIT_MS);
}

/**
 * Returns the URL if it is https or local, and has no user info, query or fragment. Otherwise throws an
 * InvalidInputError that names the option.
 */
export function requireSecureUrl(name: string, value: string): string {
  if (isSecureUrl(value) && !/[@?#]/.test(value)) return value;
  throw new InvalidInputError(`${name} must be an https or local URL without user info or query: ${redactUrl(value)}.`);
}

const SECURE_URL = /^https:|^http:\/\/(([^/]+\.)?localhost|\[::1\]|127(\.\d+){3})(:\d+)?\//;

/** Whether this is a URL to which requests cannot be intercepted: https, or http to this machine. */
export function isSecureUrl(value: unknown): value is string {
  return typeof value === 'string' && SECURE_URL.test(redactUrl(value));
}

// As path segments, "." and ".." vanish, so that a different operation would be called. A lone surrogate cannot be
// encoded, and a control character is usually the rest of a Windows line ending.
const USABLE_ID = /^(?!\s*$|\.\.?$)[^\p{Cs}\p{Cc}]+$/u;

/** Whether this is a string that is not blank and can be a path segment. */
export function isUsableId(id: unknown): id is string {
  return typeof id === 'string' && USABLE_ID.test(id);
}

/** Returns the id if it is usable. Otherwise throws an InvalidInputError that has this name. */
export function requireId(name: string, id: unknown): string {
  if (isUsableId(id)) return id;
  throw new InvalidInputError(`${name} must be a printable string, not "." or "..", but is ${show(id)}.`);
}

/** Formats a value for an error message: strings are quoted, and long values are cut. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  try {
    return String(value).slice(0, 80);
  } catch {
    // An object without a prototype, for example, cannot be converted to a string.
    return typeof value;
  }
}
