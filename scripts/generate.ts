/**
 * Turns openapi/openapi.yaml into generated/: lints it, bundles it to openapi.json, and writes the types and run-time
 * values of schema.ts.
 *
 *     npm run generate               writes generated/
 *     npm run generate -- --check    writes nothing; exits 1 when generated/ is not what the spec turns into
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { redocly } from './lib/redocly.js';
import { renderSchema } from './lib/render-schema.js';

const { values: flags } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    spec: { type: 'string', default: 'openapi' },
    out: { type: 'string', default: 'generated' },
  },
});
const config = resolve(flags.spec, 'redocly.yaml');
const out = resolve(flags.out);

async function generate(): Promise<Record<string, string>> {
  await redocly(['lint', '--config', config]);
  const work = await mkdtemp(join(tmpdir(), 'scenario-downloads-generate-'));
  try {
    const bundle = join(work, 'openapi.json');
    await redocly(['bundle', 'scenario-downloads@v1', '--config', config, '--output', bundle]);
    const json = await readFile(bundle, 'utf8');
    return { 'openapi.json': `${json.trimEnd()}\n`, 'schema.ts': await renderSchema(json) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

const files = await generate();
const stale: string[] = [];
for (const [name, text] of Object.entries(files)) {
  const path = join(out, name);
  if ((await readOrEmpty(path)) === text) continue;
  stale.push(name);
  if (flags.check) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

if (flags.check && stale.length > 0) {
  console.error(`Stale: ${stale.map((name) => `generated/${name}`).join(', ')}. Run: npm run generate`);
  process.exitCode = 1;
} else if (stale.length > 0) {
  console.log(`Written: ${stale.map((name) => `generated/${name}`).join(', ')}`);
} else {
  console.log(`generated/ is what the spec turns into (${Object.keys(files).join(', ')})`);
}
