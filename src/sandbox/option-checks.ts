/**
 * The checks of `resolveOptions`. Each returns a usable value, or throws an error that says what is wrong with the given
 * one. If an invalid option were ignored, a test with it would pass without testing anything.
 */

/** Requires an integer from 1 to `maximum`. Infinity is allowed if that is the maximum. */
export function positive(name: string, value: number, maximum: number = Number.MAX_SAFE_INTEGER): number {
  if (value > 0 && value <= maximum && (Number.isSafeInteger(value) || value === Infinity)) return value;
  throw new RangeError(`${name} must be a positive whole number, not ${String(value)}`);
}

/** Requires a port number. Node would take a string for the path of a socket. */
export function portOf(name: string, value: number): number {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, but is ${show(value)}`);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new RangeError(`${name} must be a whole number from 0 to 65535, not ${value}`);
}

/** Requires a number from 0. Infinity is allowed, for a job that never ends. Returns a function in any case. */
export function amountOf<Argument>(
  name: string,
  value: number | ((argument: Argument) => number),
): (argument: Argument) => number {
  if (typeof value === 'function') return value;
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number or a function, but is ${show(value)}`);
  if (value >= 0) return () => value;
  throw new RangeError(`${name} must be a number from 0, not ${value}`);
}

export function statesOf<Argument>(
  name: string,
  value: readonly string[] | ((argument: Argument) => readonly string[]),
): (argument: Argument) => readonly string[] {
  if (typeof value === 'function') return value;
  const states = stringsOf(name, value);
  if (states.length > 0) return () => states;
  throw new TypeError(`${name} must have a state in it, but is an empty list`);
}

/** Requires strings in an iterable. A string itself, which is iterable by character, is refused as a mistake. */
export function stringsOf(name: string, value: Iterable<string> = []): string[] {
  const given: unknown = value;
  if (typeof given !== 'object' || given === null || !(Symbol.iterator in given)) {
    throw new TypeError(`${name} must be a list of strings, but is ${show(given)}`);
  }
  const list = [...value];
  const other = list.findIndex((item: unknown) => typeof item !== 'string');
  if (other === -1) return list;
  throw new TypeError(`${name} must be a list of strings, but one is ${show(list[other])}`);
}

export function oneOf<Value>(name: string, value: Value, known: readonly Value[]): Value {
  if (known.includes(value)) return value;
  throw new TypeError(`${name} must be one of ${known.join(', ')}, but is ${show(value)}`);
}

export function truthOf(name: string, value: boolean): boolean {
  return oneOf(name, value, [true, false]);
}

export function textOf(name: string, value: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`${name} must be a string that is not empty, but is ${show(value)}`);
}

export function functionOf<Value>(name: string, value: Value): Value {
  if (typeof value === 'function') return value;
  throw new TypeError(`${name} must be a function, but is ${show(value)}`);
}

/** Requires an object without other fields than these. */
export function recordOf<Value extends object>(name: string, value: Value, fields: readonly (keyof Value)[]): Value {
  const given: unknown = value;
  if (typeof given !== 'object' || given === null)
    throw new TypeError(`${name} must be an object, but is ${show(given)}`);
  const unknown = Object.keys(given).find((field) => !fields.includes(field as keyof Value));
  if (unknown === undefined) return value;
  throw new TypeError(`${name} has ${fields.join(', ')}, but no ${show(unknown)}`);
}

/** Formats a value for a message. */
export function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
