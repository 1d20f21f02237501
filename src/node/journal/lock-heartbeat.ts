import { utimes } from 'node:fs/promises';
import { readLock } from './lock-holder.js';

/** How a lock is kept alive. */
export interface HeartbeatOptions {
  /** How often the lock is touched, in milliseconds. */
  beatMs: number;
  /** Called once when the lock has become another run's or was removed, with its new text or undefined. */
  onLost: (found: string | undefined) => void;
}

/**
 * Touches a lock at regular intervals, for machines that cannot see this process. Stops when the lock is no longer this
 * run's: if this machine was asleep, another run may have taken over the lock, and its lock must not be kept alive.
 *
 * @param text the text of this run's lock
 * @returns a function that stops the heartbeat
 */
export function startHeartbeat(path: string, text: string, { beatMs, onLost }: HeartbeatOptions): () => void {
  const beat = async () => {
    const found = await readLock(path);
    // It cannot be read, or is still being written: it tells nothing about its holder.
    if (found === '') return;
    if (found === text) {
      const now = new Date();
      // The lock may have been removed since it was read. The next beat will notice.
      await utimes(path, now, now).catch(() => undefined);
      return;
    }
    if (isStopped) return;
    stop();
    onLost(found);
  };
  let isStopped = false;
  const timer = setInterval(() => void beat(), beatMs).unref();
  const stop = () => {
    isStopped = true;
    clearInterval(timer);
  };
  return stop;
}
