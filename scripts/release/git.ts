import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs git in the working directory and resolves to its standard output; rejects with its standard error. */
export async function git(...args: string[]): Promise<string> {
  try {
    const { stdout } = await run('git', args);
    return stdout.trimEnd();
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new Error(`git ${args[0] ?? ''} failed: ${stderr?.trim() || String(cause)}`, { cause });
  }
}
