import type { Clock } from '../../clock.js';

/** Watches that something keeps happening. */
export interface StallWatch {
  /** It happened. */
  touch: () => void;
  /** Nothing is expected until `resume`: the receiver is the one that is slow. */
  pause: () => void;
  resume: () => void;
  /** Ends the watch, and lets go of its timer. */
  stop: () => void;
}

/** Nobody looks at it. Without one, a new error would be made for each watch, and its stack looked up. */
const STOPPED = 'the watch was stopped';

/** Calls `onStall` once when nothing was heard for `timeoutMs` milliseconds. */
export function watchForStall(timeoutMs: number, clock: Clock, onStall: () => void): StallWatch {
  const stopper = new AbortController();
  let heardAt = clock.now();
  let paused = false;

  const watch = async () => {
    for (let waitMs = timeoutMs; waitMs > 0; waitMs = timeoutMs - (paused ? 0 : clock.now() - heardAt)) {
      await clock.delay(waitMs, stopper.signal);
    }
    if (!stopper.signal.aborted) onStall();
  };
  watch().catch(() => {
    // The delay ends this way when the watch is stopped.
  });

  return {
    touch: () => {
      heardAt = clock.now();
    },
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
      heardAt = clock.now();
    },
    stop: () => stopper.abort(STOPPED),
  };
}
