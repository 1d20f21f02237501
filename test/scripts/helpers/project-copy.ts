import { execFile, type ExecFileException } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** The parts of this project that its scripts work on, in a temporary folder, with the same installed packages. */
export interface ProjectCopy extends AsyncDisposable {
  directory: string;
  /** Replaces text in a file. Throws when the text is not there. */
  edit: (path: string, from: string, to: string) => Promise<void>;
  /** Runs a TypeScript file of the copy, there. */
  run: (script: string, ...args: string[]) => Promise<Run>;
}

/** Copies the project. `parts` are folders and files of its top level. */
export async function copyProject(
  parts = ['openapi', 'generated', 'scripts', 'package.json', 'tsconfig.json'],
): Promise<ProjectCopy> {
  const directory = await mkdtemp(join(tmpdir(), 'scenario-downloads-copy-'));
  for (const part of parts) await cp(join(root, part), join(directory, part), { recursive: true });
  // On Windows, a junction takes no right of its own.
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'), 'junction');
  return {
    directory,
    edit: async (path, from, to) => {
      const text = await readFile(join(directory, path), 'utf8');
      if (!text.includes(from)) throw new Error(`${path} has no ${JSON.stringify(from)}`);
      await writeFile(join(directory, path), text.replace(from, to));
    },
    run: (script, ...args) => runNode(directory, ['--import', 'tsx', script, ...args]),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Runs Node in a folder and gives back how it ended, also where it failed. */
export function runNode(cwd: string, args: string[], env: Record<string, string> = {}): Promise<Run> {
  return new Promise((resolve) => {
    const done = (error: ExecFileException | null, stdout: string, stderr: string) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    execFile(process.execPath, args, { cwd, env: { ...process.env, ...env }, maxBuffer: 64 << 20 }, done);
  });
}
