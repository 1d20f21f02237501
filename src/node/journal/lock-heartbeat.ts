import { readFile, utimes } from 'node:fs/promises';
import { errnoOf } from '../disk/file-system-error.js';

/** How a lock is kept fresh. */
export interface HeartbeatOptions {
  /** How often the lock is touched, in milliseconds. */
  beatMs: number;
  /** Called once, with what is in its place, when the lock turns out to be another run's, or to be gone. */
  onLost: (found: string | undefined) => void;
}

/**
 * Touches a lock at regular intervals, for machines that cannot see this process. Stops when the lock is no longer this
 * run's: a machine that slept for longer than others wait may have lost it, and must not keep the new one fresh.
 *
 * @param text what the lock holds as long as it is this run's
 * @returns stops it
 */
export function startHeartbeat(path: string, text: string, { beatMs, onLost }: HeartbeatOptions): () => void {
  const beat = async () => {
    const found = await readLock(path);
    if (found === UNREADABLE) return;
    if (found === text) {
      const now = new Date();
      // It may have gone since it was read: the next beat will find out.
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

/** A lock that cannot be read, or is being written, says nothing about its owner. */
const UNREADABLE = '';

async function readLock(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? undefined : UNREADABLE;
  }
}
