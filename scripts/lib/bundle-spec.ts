import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { addCodeSamples } from './add-code-samples.js';
import { redocly } from './redocly.js';

/**
 * Lints the spec and bundles it, with the code samples of its `samples` folder, into one JSON document. Returns the
 * text of generated/openapi.json.
 *
 * @param folder the folder of openapi.yaml, redocly.yaml and samples/
 * @throws {Error} with the report of the linter when it finds anything
 */
export async function bundleSpec(folder: string): Promise<string> {
  const config = resolve(folder, 'redocly.yaml');
  const work = await mkdtemp(join(tmpdir(), 'scenario-downloads-bundle-'));
  try {
    const output = join(work, 'openapi.json');
    // Both run at once. Wait for both even if one fails, because the temporary folder is removed afterwards.
    const runs = await Promise.allSettled([
      redocly(['lint', '--config', config]),
      redocly(['bundle', 'scenario-downloads@v1', '--config', config, '--output', output]),
    ]);
    for (const run of runs) if (run.status === 'rejected') throw run.reason;
    return await addCodeSamples(await readFile(output, 'utf8'), resolve(folder, 'samples'));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
