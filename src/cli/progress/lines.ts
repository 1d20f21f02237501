import type { ProgressView } from './live.js';
import type { Progress } from './progress-state.js';
import { renderLine } from './render.js';

/** Calls a function every `ms` milliseconds, and returns a function that stops it. */
export type Every = (ms: number, call: () => void) => () => void;

const INTERVAL_MS = 5000;

/** Uses a timer of the runtime that does not keep the process alive. */
const everySystem: Every = (ms, call) => {
  const timer = setInterval(call, ms).unref();
  return () => clearInterval(timer);
};

/** Writes a line every few seconds and at the start of each phase, for logs and pipes. */
export function showLines(
  write: (line: string) => void,
  read: () => Progress,
  every: Every = everySystem,
): ProgressView {
  let phase: Progress['phase'] | undefined;
  const print = () => {
    const progress = read();
    phase = progress.phase;
    write(renderLine(progress));
  };
  const stop = every(INTERVAL_MS, print);
  print();
  return {
    update: () => {
      if (read().phase !== phase) print();
    },
    // Whole lines do not overwrite each other.
    beside: (write) => write(),
    stop,
  };
}
