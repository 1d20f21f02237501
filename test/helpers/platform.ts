import { stat } from 'node:fs/promises';
import { expect } from 'vitest';

/** There are no POSIX modes there, no process can send another one a Ctrl-C, and links take a right of their own. */
export const isWindows = process.platform === 'win32';

/** Expects a file or a folder to have a mode, where there are such. */
export async function expectMode(path: string, mode: number): Promise<void> {
  if (!isWindows) expect((await stat(path)).mode & 0o777).toBe(mode);
}
