/**
 * What {@link resolveOptions} holds the options against. Each gives the value back, or says what is wrong with it: a
 * test with an option that does nothing would pass with nothing tested.
 */

/** A whole number from 1. Infinity is one where there may be no limit. */
export function positive(name: string, value: number, maximum: number = Number.MAX_SAFE_INTEGER): number {
  if (value > 0 && value <= maximum && (Number.isSafeInteger(value) || value === Infinity)) return value;
  throw new RangeError(`${name} must be a positive whole number, not ${String(value)}`);
}

/** Anything but a number would be the path of a socket to Node. */
export function portOf(name: string, value: number): number {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, but is ${show(value)}`);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new RangeError(`${name} must be a whole number from 0 to 65535, not ${value}`);
}

/** Zero is one. So is no end, for a job that never gets ready. */
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

/** A string is iterable too, letter by letter, which nobody means. */
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

/** An object with no other fields than these. */
export function recordOf<Value extends object>(name: string, value: Value, fields: readonly (keyof Value)[]): Value {
  const given: unknown = value;
  if (typeof given !== 'object' || given === null)
    throw new TypeError(`${name} must be an object, but is ${show(given)}`);
  const unknown = Object.keys(given).find((field) => !fields.includes(field as keyof Value));
  if (unknown === undefined) return value;
  throw new TypeError(`${name} has ${fields.join(', ')}, but no ${show(unknown)}`);
}

/** A value as a message may show it. */
export function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
