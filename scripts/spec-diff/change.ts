/**
 * How much a change asks of those who use the document: `breaking` can stop a program that was right before from
 * compiling or working; `compatible` only adds; `text` changes no meaning for a program.
 */
export type Level = 'breaking' | 'compatible' | 'text';

/** One change, as a sentence about a place in the document. */
export interface Change {
  level: Level;
  /** The operation and the field, as a reader says it: `downloadRequest body.targetFormat`. */
  place: string;
  what: string;
}

/** Which way a schema travels: what is sent may be asked for less, what is received may hold more. */
export type Direction = 'sent' | 'received';

/** Collects changes. */
export type Add = (level: Level, place: string, what: string) => void;

/** Whether two JSON values are the same; the order of the members of an object does not matter. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
