import { InvalidInputError } from './errors.js';
import { redactUrl } from './redact.js';

/** The error for something that is not what it must be: it names it, and shows what it is. */
export function mustBe(name: string, wanted: string, value: unknown): InvalidInputError {
  return new InvalidInputError(`${name} must be ${wanted}, but is ${show(value)}.`);
}

/** The number, if it is a whole one in the range. Else an InvalidInputError that names the option. */
export function requireInteger(
  name: string,
  value: number,
  minimum: number,
  maximum = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw mustBe(name, `a whole number from ${minimum} to ${maximum}`, value);
}

/** The longest that timers can wait, in milliseconds: a longer one would go off at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** The duration, if it is one that a timer can wait. Else an InvalidInputError that names the option. */
export function requireMilliseconds(name: string, value: number): number {
  return requireInteger(name, value, 1, MAX_TIMER_MS);
}

/** The URL, if it is https or leads to this machine. Else an InvalidInputError that names the option. */
export function requireSecureUrl(name: string, value: string): string {
  const redacted = redactUrl(value);
  if (isSecureUrl(value) && new URL(value).href === redacted) return value;
  throw new InvalidInputError(
    `${name} must be an https URL (http is for this machine only) without user info, query and fragment: ${redacted}`,
  );
}

/** Whether this is a URL, and a request to it can be read by nobody on its way: https, or this machine. */
export function isSecureUrl(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return /^https:|^http:((.+\.)?localhost|\[::1\]|127(\.\d+){3})$/.test(protocol + hostname);
}

// As a path segment "." and ".." vanish, and another operation would be called. For half of a surrogate pair there are
// no bytes.
const USABLE_ID = /^(?!\s*$|\.\.?$)\P{Surrogate}+$/u;

/**
 * The id, if it can be a path segment and mean something. Else an InvalidInputError that names it.
 *
 * @param position where it is, in a list of that name
 */
export function requireId(name: string, id: unknown, position?: number): string {
  if (typeof id === 'string' && USABLE_ID.test(id)) return id;
  const place = position === undefined ? name : `${name}[${position}]`;
  throw mustBe(place, 'a string of valid Unicode, and not blank, "." or ".."', id);
}

/** A value as a message may show it: quoted, and not too long. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
