import type { Environment } from '../../node/http/proxy-for.js';
import type { SaveEvent } from '../../node/events.js';
import type { Output } from '../output.js';
import { showLines } from './lines.js';
import type { ProgressView } from './live.js';
import { createProgressTracker, type ProgressPlan } from './progress-state.js';

/** Tracks a run from the beginning, and shows its progress between `start` and `stop`. */
export interface ProgressDisplay {
  onProgress: (event: SaveEvent) => void;
  start: () => Promise<void>;
  /** Calls a function that writes to the same terminal. */
  beside: ProgressView['beside'];
  stop: () => void;
}

export interface ProgressDisplayOptions {
  output: Output;
  env: Environment;
  plan: ProgressPlan;
  quiet: boolean;
}

/**
 * Creates a display: a live line on a terminal; in a pipe, in a dumb terminal or with CI set, a line every few seconds.
 */
export function createProgressDisplay({ output, env, plan, quiet }: ProgressDisplayOptions): ProgressDisplay {
  const tracker = createProgressTracker(plan, Date.now);
  let view = silence;
  return {
    onProgress: (event) => {
      tracker.take(event);
      view.update();
    },
    start: async () => {
      if (!quiet) view = await chooseView(output, env, tracker.read);
    },
    beside: (write) => view.beside(write),
    stop: () => view.stop(),
  };
}

/** Creates a display and starts it. */
export async function showProgress(options: ProgressDisplayOptions): Promise<ProgressDisplay> {
  const display = createProgressDisplay(options);
  await display.start();
  return display;
}

const silence: ProgressView = { update: () => undefined, beside: (write) => write(), stop: () => undefined };

async function chooseView(
  output: Output,
  env: Environment,
  read: Parameters<typeof showLines>[1],
): Promise<ProgressView> {
  const isLive = output.stderr.isTTY === true && !isCi(env['CI']) && env['TERM'] !== 'dumb';
  if (!isLive) return showLines(output.note, read);
  const { showLive } = await import('./live.js');
  return showLive(output.stderr, read, !env['NO_COLOR']);
}

function isCi(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}
