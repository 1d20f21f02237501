/** Measures how fast a total grows. */
export interface RateMeter {
  /** Records the current total. */
  note: (total: number) => void;
  /** Returns the growth per second over the last seconds; undefined when there was none, or the time is too short. */
  read: () => number | undefined;
}

const WINDOW_MS = 5000;
/** Over a shorter time, a rate would be mostly noise. */
const SHORTEST_MS = 300;

/** @param now returns epoch milliseconds */
export function createRateMeter(now: () => number): RateMeter {
  let samples: { at: number; total: number }[] = [];

  return {
    note(total) {
      const at = now();
      samples.push({ at, total });
      // Keep one sample from before the window, whose start lies between two samples.
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
