import type { Clock } from '../../clock.js';

/** Watches transfers, so that none is silent for too long. */
export interface StallWatch {
  /** Begins to watch one. `onStall` is called once, when nothing was heard of it for the time. */
  begin(onStall: () => void): Watched;
}

/** A transfer that is watched. */
export interface Watched {
  /** Something has come. */
  touch(): void;
  /** Nothing is expected until `resume`: the receiver is the one that is slow. */
  pause(): void;
  resume(): void;
  /** It is over. With the last one the watch lets go of its timer. */
  stop(): void;
}

/** Nobody looks at it. Without a reason a new error would be made each time, and its stack looked up. */
const STOPPED = 'the watch was stopped';

/**
 * One timer for all transfers, however many there are.
 *
 * @param timeoutMs how long each may be silent, in milliseconds
 */
export function createStallWatch(timeoutMs: number, clock: Clock): StallWatch {
  interface Transfer {
    heardAt: number;
    isPaused: boolean;
    onStall: () => void;
  }
  const transfers = new Set<Transfer>();
  let stopper: AbortController | undefined;

  /** Calls those that have stalled, and tells when to look again. */
  const look = (): number => {
    const now = clock.now();
    let waitMs = timeoutMs;
    for (const transfer of transfers) {
      if (transfer.isPaused) continue;
      const leftMs = timeoutMs - (now - transfer.heardAt);
      if (leftMs > 0) {
        waitMs = Math.min(waitMs, leftMs);
      } else {
        transfers.delete(transfer);
        transfer.onStall();
      }
    }
    return waitMs;
  };
  const watch = async (own: AbortController): Promise<void> => {
    // One that begins in the meantime has all of its time before it.
    for (let waitMs = look(); transfers.size > 0; waitMs = look()) await clock.delay(waitMs, own.signal);
    if (stopper === own) stopper = undefined;
  };
  const stop = () => {
    stopper?.abort(STOPPED);
    stopper = undefined;
  };

  return {
    begin(onStall) {
      const transfer: Transfer = { heardAt: clock.now(), isPaused: false, onStall };
      transfers.add(transfer);
      if (stopper === undefined) {
        stopper = new AbortController();
        watch(stopper).catch(() => {
          // The delay ends this way when the watch is stopped.
        });
      }
      return {
        touch() {
          transfer.heardAt = clock.now();
        },
        pause() {
          transfer.isPaused = true;
        },
        resume() {
          transfer.isPaused = false;
          transfer.heardAt = clock.now();
        },
        stop() {
          transfers.delete(transfer);
          if (transfers.size === 0) stop();
        },
      };
    },
  };
}
