import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Makes one file of a program that is started many times, since compiling it anew would take longer than what it does.
 * Resolves to its path.
 */
export async function bundleProgram(entry: string, folder: string): Promise<string> {
  const outfile = join(folder, 'program.mjs');
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // The packages that are no ES modules want it.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return outfile;
}
