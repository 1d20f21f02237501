/** A pseudo-random generator, which gives the same sequence for the same seed. */
export interface Random {
  /** A number from 0 to below 1. */
  next(): number;
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  /** One of the items. */
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** True with a probability of 1 in `times`. */
  onceIn(times: number): boolean;
  /** Bytes that cannot be compressed. */
  bytes(length: number): Buffer;
}

/** Mulberry32: small, fast, and good enough to find odd cases. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const word = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const next = () => word() / 2 ** 32;
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    onceIn: (times) => below(times) === 0,
    bytes(length) {
      const bytes = Buffer.allocUnsafe(length);
      let at = 0;
      for (; at + 4 <= length; at += 4) bytes.writeUInt32LE(word(), at);
      for (; at < length; at++) bytes[at] = word() & 0xff;
      return bytes;
    },
  };
}

/** Returns the seed of the `number`th case of a run. Findings name it, so that each case can be repeated alone. */
export function seedOfCase(seed: number, number: number): number {
  return (Math.imul(seed, 0x9e3779b1) + Math.imul(number, 0x85ebca6b)) >>> 0;
}
