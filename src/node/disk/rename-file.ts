import { rename, renameSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Clock } from '../../clock.js';
import type { DiskCall } from './disk-call.js';
import { errnoOf } from './file-system-error.js';

const renameElsewhere = promisify(rename);

/** The errors on Windows while another process has the file open. On other systems they are permanent. */
const IN_USE = new Set(['EPERM', 'EACCES', 'EBUSY']);
const FIRST_PAUSE_MS = 10;
const MAX_PAUSE_MS = 250;
/** Amounts to ten seconds in total. */
const MAX_REPETITIONS = 44;

/**
 * Renames a file, replacing what has the new name. On Windows this is retried for ten seconds, because a file cannot be
 * renamed while a virus scanner inspects it.
 *
 * @throws the runtime's error when the file system refuses. On Windows its code is always `EBUSY` if the target is a
 * file that is open or read-only, because that concerns just this file and others can still be saved
 */
export async function renameFile(
  from: string,
  to: string,
  { call, clock, platform = process.platform }: { call: DiskCall; clock: Clock; platform?: NodeJS.Platform },
): Promise<void> {
  for (let repetition = 0; ; repetition++) {
    try {
      await call(
        () => renameSync(from, to),
        () => renameElsewhere(from, to),
      );
      return;
    } catch (error) {
      const isInUse = platform === 'win32' && IN_USE.has(errnoOf(error) ?? '');
      if (!isInUse) throw error;
      if (repetition === MAX_REPETITIONS) throw await explainInUse(error, to);
      await clock.delay(Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** repetition));
    }
  }
}

async function explainInUse(error: unknown, to: string): Promise<unknown> {
  const isFile = await lstat(to).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (!isFile) return error;
  const { message, errno } = error as NodeJS.ErrnoException;
  return Object.assign(new Error(message, { cause: error }), { code: 'EBUSY', errno });
}
