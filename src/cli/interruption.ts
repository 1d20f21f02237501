import { CommandError } from './command-error.js';
import { EXIT } from './exit-codes.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** How long a run may take to stop cleanly. It is short, so that the user does not have to wait after Ctrl-C. */
const STOP_WITHIN_MS = 900;
/**
 * A second signal within this time is ignored: npx forwards a Ctrl-C that the terminal has already sent to the command.
 */
const SAME_KEY_MS = 100;

export interface Interruption {
  /** Aborts at the first Ctrl-C or signal. */
  signal: AbortSignal;
  /**
   * Stops listening, after the command has printed its last message. If it was interrupted, the process still ends
   * within the time limit.
   */
  dispose: () => void;
}

/**
 * Listens for Ctrl-C and for SIGTERM and SIGHUP. The first one aborts `signal`, so that the command stops cleanly. If
 * it has not stopped within 900 ms, or at a second Ctrl-C or signal, the process exits immediately.
 *
 * @param lastWords writes the final message if the time runs out; it is not called at a second signal
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
