import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Returns the newest release tag (`v1.2.3`) that HEAD contains; undefined before the first release. */
export async function lastRelease(): Promise<string | undefined> {
  const tags = await git('tag', '--merged', 'HEAD', '--list', 'v[0-9]*', '--sort=-version:refname');
  return tags.split('\n')[0] || undefined;
}

/**
 * Reads a text file at a git ref; returns undefined when the file does not exist there.
 *
 * @throws {Error} when the ref does not exist
 */
export async function readAt(ref: string, path: string): Promise<string | undefined> {
  await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`).catch((cause: unknown) => {
    throw new Error(`git knows no ${ref}. Give a tag, a branch or a commit that is in this clone.`, { cause });
  });
  const names = await git('ls-tree', '--name-only', '--end-of-options', ref, path);
  return names.trim() === '' ? undefined : git('show', '--end-of-options', `${ref}:${path}`);
}

async function git(...args: string[]): Promise<string> {
  const { stdout } = await run('git', args, { maxBuffer: 64 << 20 });
  return stdout;
}
