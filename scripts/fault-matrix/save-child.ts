import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from '../lib/bundle-program.js';
import type { SaveEnd, SaveOrder } from './save-once.js';

const PROGRAM = fileURLToPath(new URL('save-process.ts', import.meta.url));
/** The id of the user and group nobody on most systems. */
export const NOBODY = 65_534;
const TIMEOUT_MS = 12_000;

/** How a process is restricted. */
export interface Confinement {
  /** Options of the shell's `ulimit`, such as `-n 64`. */
  ulimit?: string;
  /** Whether the process runs as nobody instead of root, which may do everything. */
  isNobody?: boolean;
}

/** Bundles the program that saves files into one file. */
export const bundleSaveProgram = (folder: string): Promise<string> => bundleProgram(PROGRAM, folder);

/** Saves in a separate, restricted process. */
export async function saveInChild(program: string, order: SaveOrder, confinement: Confinement): Promise<SaveEnd> {
  const { ulimit, isNobody } = confinement;
  const script = `${ulimit === undefined ? '' : `ulimit ${ulimit} && `}exec "$0" "$1"`;
  const child = spawn('/bin/sh', ['-c', script, process.execPath, program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ORDER: JSON.stringify(order) },
    timeout: TIMEOUT_MS,
    cwd: '/',
    ...(isNobody && process.getuid?.() === 0 && { uid: NOBODY, gid: NOBODY }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The process ended with code ${code ?? 'none'}: ${stderr}`);
  const end = JSON.parse(stdout) as SaveEnd;
  return { ...end, shown: `${end.shown}${stderr}` };
}

/** Whether this process is not root, or can start a process as nobody. */
export function canBeNobody(): boolean {
  if (process.getuid?.() !== 0) return true;
  return spawnSync(process.execPath, ['-e', '0'], { uid: NOBODY, gid: NOBODY, cwd: '/' }).status === 0;
}
