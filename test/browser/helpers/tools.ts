import { execFile, type ExecFileException } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the packages that only these tests need. */
export const toolFolder = fileURLToPath(new URL('../node_modules', import.meta.url));
/** The document as the package exports it. */
export const openapiJson = fileURLToPath(new URL('../../../generated/openapi.json', import.meta.url));

/** Runs a command of one of those packages and gives back how it ended. */
export function runTool(name: string, args: string[], cwd?: string): Promise<{ code: number; output: string }> {
  const env = { ...process.env, DO_NOT_TRACK: '1', SCARF_ANALYTICS: 'false', FORCE_COLOR: '0' };
  return new Promise((resolve) => {
    const done = (error: ExecFileException | null, stdout: string, stderr: string) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
    execFile(process.execPath, [join(toolFolder, '.bin', name), ...args], { cwd, env, maxBuffer: 64 << 20 }, done);
  });
}
