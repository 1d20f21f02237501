import type { Clock } from '../../clock.js';

/** Detects transfers that have received nothing for too long. */
export interface StallWatch {
  /** Starts watching a transfer. `onStall` is called once, when the transfer has been silent for the timeout. */
  begin(onStall: () => void): Watched;
}

/** A watched transfer. */
export interface Watched {
  /** Records activity, which restarts the timeout. */
  touch(): void;
  /** Suspends the timeout until `resume`, while it is not the host that is slow. */
  pause(): void;
  resume(): void;
  /** Stops watching the transfer. The timer ends with the last transfer. */
  stop(): void;
}

/** The abort reason; nothing reads it. Without one, each abort would create an error and capture its stack. */
const STOPPED = 'the watch was stopped';

/**
 * Creates a watch that uses one timer for any number of transfers.
 *
 * @param timeoutMs how long a transfer may be silent, in milliseconds
 */
export function createStallWatch(timeoutMs: number, clock: Clock): StallWatch {
  interface Transfer {
    heardAt: number;
    isPaused: boolean;
    onStall: () => void;
  }
  const transfers = new Set<Transfer>();
  let stopper: AbortController | undefined;

  /** Reports the stalled transfers and returns the milliseconds until the next check is due. */
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
    // A transfer that begins during the delay cannot stall before the delay ends.
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
          // The delay rejects when the watch is stopped.
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
