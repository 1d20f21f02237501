import { InvalidInputError } from './errors.js';
import { redactUrl } from './redact.js';

/** The number, if it is a whole one in the range. Else an InvalidInputError that names the option. */
export function requireInteger(
  name: string,
  value: number,
  minimum: number,
  maximum = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  const range = maximum === Number.MAX_SAFE_INTEGER ? `from ${minimum}` : `from ${minimum} to ${maximum}`;
  throw new InvalidInputError(`${name} must be a whole number ${range}, but is ${show(value)}.`);
}

// The longest that timers can wait: a longer one would go off at once.
const MAX_MILLISECONDS = 2 ** 31 - 1;

/** The duration, if it is one that a timer can wait. Else an InvalidInputError that names the option. */
export function requireMilliseconds(name: string, value: number): number {
  return requireInteger(name, value, 1, MAX_MILLISECONDS);
}

/** The URL, if it is https or leads to this machine. Else an InvalidInputError that names the option. */
export function requireSecureUrl(name: string, value: string): string {
  if (!URL.canParse(value)) throw new InvalidInputError(`${name} must be an absolute URL, but is ${show(value)}.`);
  const url = new URL(value);
  if (!isSecure(url)) {
    throw new InvalidInputError(
      `${name} must be an https URL (http is for this machine only), but is ${redactUrl(value)}.`,
    );
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new InvalidInputError(`${name} must have no user info, query or fragment: ${redactUrl(value)}`);
  }
  return value;
}

/** Whether a request to the URL can be read by nobody on its way: https, or this machine. */
export function isSecure(url: URL): boolean {
  if (url.protocol === 'https:') return true;
  return (
    url.protocol === 'http:' &&
    (url.hostname === 'localhost' ||
      url.hostname.endsWith('.localhost') ||
      url.hostname === '[::1]' ||
      /^127\.\d+\.\d+\.\d+$/.test(url.hostname))
  );
}

/** The id, if it can be a path segment and mean something. Else an InvalidInputError that names it. */
export function requireId(name: string, id: unknown): string {
  const problem = problemWithId(id);
  if (problem !== undefined) throw new InvalidInputError(`${name} ${problem}`);
  return id as string;
}

/** Why something cannot be an id, as the end of a sentence; undefined when it can. */
export function problemWithId(id: unknown): string | undefined {
  if (typeof id !== 'string') return `must be a string, but is ${show(id)}.`;
  // Nearly all ids are like this, and there may be millions.
  if (/^[\w-]+$/.test(id)) return undefined;
  if (id.trim() === '') return `must not be empty, but is ${show(id)}.`;
  // As a path segment they vanish, and another operation would be called.
  if (id === '.' || id === '..') return `must not be "." or "..", but is ${show(id)}.`;
  // Half of a surrogate pair: there are no bytes for it.
  return /\p{Surrogate}/u.test(id) ? `is not valid Unicode: ${show(id)}` : undefined;
}

/** A value as a message may show it: quoted, and not too long. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
