import type { ProgressView } from './live.js';
import type { Progress } from './progress-state.js';
import { renderLine } from './render.js';

/** Calls the function again and again, until what it returns is called. */
export type Every = (ms: number, call: () => void) => () => void;

const INTERVAL_MS = 5000;

/** The runtime's own. It keeps no process alive. */
const everySystem: Every = (ms, call) => {
  const timer = setInterval(call, ms).unref();
  return () => clearInterval(timer);
};

/** A line every few seconds, and one whenever a new phase begins: for logs and pipes. */
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
    // Whole lines are beside each other anyway.
    beside: (write) => write(),
    stop,
  };
}
