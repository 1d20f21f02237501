import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Programs that can test an archive without unpacking it to disk, with their arguments. */
const TOOLS = {
  unzip: ['-tqq', '-P', 'none'],
  bsdtar: ['-xOf'],
} as const;

export type ArchiveTool = keyof typeof TOOLS;

const TIMEOUT_MS = 20_000;

/** Returns the tools that are installed. */
export async function installedTools(): Promise<ArchiveTool[]> {
  const names = Object.keys(TOOLS) as ArchiveTool[];
  const installed = await Promise.all(names.map((name) => exitCode(name, [name === 'unzip' ? '-v' : '--version'])));
  return names.filter((_, at) => installed[at] === 0);
}

/** Whether a tool accepts an archive without an error. */
export async function accepts(tool: ArchiveTool, bytes: Buffer, folder: string): Promise<boolean> {
  const path = join(folder, `${tool}-${process.pid}-${Math.random().toString(36).slice(2)}.zip`);
  await writeFile(path, bytes);
  try {
    return (await exitCode(tool, [...TOOLS[tool], path])) === 0;
  } finally {
    await rm(path, { force: true });
  }
}

/** Runs a program and returns its exit code; undefined when it could not be started or was killed. */
async function exitCode(command: string, args: readonly string[]): Promise<number | undefined> {
  const child = spawn(command, args, { stdio: 'ignore', timeout: TIMEOUT_MS, killSignal: 'SIGKILL' });
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? undefined;
  } catch {
    // The program is not installed.
    return undefined;
  }
}
