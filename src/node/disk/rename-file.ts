import { rename, renameSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Clock } from '../../clock.js';
import type { DiskCall } from './disk-call.js';
import { errnoOf } from './file-system-error.js';

const renameElsewhere = promisify(rename);

/** What Windows says while somebody else has the file open. Elsewhere these are for good. */
const IN_USE = new Set(['EPERM', 'EACCES', 'EBUSY']);
const FIRST_PAUSE_MS = 10;
const MAX_PAUSE_MS = 250;
/** Ten seconds in all. */
const MAX_REPETITIONS = 44;

/**
 * Gives a file another name, in place of what has it. On Windows a virus scanner has a look at each new file, which
 * cannot be renamed for that moment: there it is tried again for ten seconds.
 *
 * @throws the runtime's error when the file system refuses; with `EBUSY`, whatever Windows calls it, where a file that is
 * open or read-only is what has the name: others can be saved all the same
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
