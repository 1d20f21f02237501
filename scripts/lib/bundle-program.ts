import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles a program that is started many times into one file, because compiling it at every start would take longer
 * than running it. Resolves to the path of the bundle.
 */
export async function bundleProgram(entry: string, folder: string): Promise<string> {
  const outfile = join(folder, 'program.mjs');
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // CommonJS packages in the bundle call `require`, which ES modules do not have.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return outfile;
}
