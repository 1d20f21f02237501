/**
 * How a change affects users of the document. `breaking` can stop a correct program from compiling or working,
 * `compatible` only adds something, and `text` does not matter to a program.
 */
export type Level = 'breaking' | 'compatible' | 'text';

/** One change at one place in the document. */
export interface Change {
  level: Level;
  /** The operation and the field, such as `downloadRequest body.targetFormat`. */
  place: string;
  what: string;
}

/** Whether clients send or receive a schema, which determines whether widening or narrowing it is compatible. */
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
