/** How fast something grows. */
export interface RateMeter {
  /** It has grown to this. */
  note: (total: number) => void;
  /** By how much a second, over the last seconds; undefined when it did not grow, or too little is known. */
  read: () => number | undefined;
}

const WINDOW_MS = 5000;
/** Less says more about chance than about the line. */
const SHORTEST_MS = 300;

/** @param now epoch milliseconds */
export function createRateMeter(now: () => number): RateMeter {
  let samples: { at: number; total: number }[] = [];

  return {
    note(total) {
      const at = now();
      samples.push({ at, total });
      // One sample from before the window stays: the window begins in between.
      const first = samples.findIndex((sample) => sample.at > at - WINDOW_MS);
      if (first > 1) samples = samples.slice(first - 1);
    },
    read() {
      const first = samples.find((sample) => sample.at >= now() - WINDOW_MS) ?? samples.at(-1);
      const last = samples.at(-1);
      if (first === undefined || last === undefined) return undefined;
      const elapsedMs = now() - first.at;
      const grown = last.total - first.total;
      return elapsedMs < SHORTEST_MS || grown <= 0 ? undefined : (grown / elapsedMs) * 1000;
    },
  };
}
