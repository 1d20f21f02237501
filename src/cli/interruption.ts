import { CommandError } from './command-error.js';
import { EXIT } from './exit-codes.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** How long a run may take to stop: whoever pressed Ctrl-C must not wait. */
const STOP_WITHIN_MS = 900;
/** npx hands a Ctrl-C on that the terminal has sent to its child already: one key, two signals. */
const SAME_KEY_MS = 100;

export interface Interruption {
  /** Aborts at the first Ctrl-C. */
  signal: AbortSignal;
  /** Stops listening: the command has said what there is to say. Where it was interrupted, the process still ends soon. */
  dispose: () => void;
}

/**
 * Listens for Ctrl-C and the signals that end processes. The first one aborts the signal, so that the command stops
 * cleanly; if it has not within a second, or at the second one, the process ends where it is.
 *
 * @param lastWords what is still to be written in that case
 */
export function listenForInterruption(lastWords: () => void): Interruption {
  const controller = new AbortController();
  let isOver = false;
  const end = () => {
    if (!isOver) lastWords();
    process.exit(EXIT.interrupted);
  };
  let firstAt = 0;
  const onSignal = () => {
    if (controller.signal.aborted) {
      if (performance.now() - firstAt >= SAME_KEY_MS) process.exit(EXIT.interrupted);
      return;
    }
    firstAt = performance.now();
    setTimeout(end, STOP_WITHIN_MS).unref();
    controller.abort(interruptedError());
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    dispose: () => {
      isOver = true;
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}

function interruptedError(): CommandError {
  return new CommandError('Interrupted.', {
    code: 'INTERRUPTED',
    advice: 'What is finished stays, and the same command goes on from there.',
    exitCode: EXIT.interrupted,
  });
}
