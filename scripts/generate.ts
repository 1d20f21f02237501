/**
 * Generates generated/ from openapi/openapi.yaml: lints the spec, bundles it with its code samples into openapi.json,
 * and writes types and run-time values to schema.ts.
 *
 *     npm run generate               writes generated/
 *     npm run generate -- --check    writes nothing; exits 1 when generated/ is out of date
 *     npm run generate -- --watch    writes generated/, and again after each change of the spec, until Ctrl-C
 */
import { watch } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleSpec } from './lib/bundle-spec.js';
import { readOrEmpty } from './lib/read-or-empty.js';
import { renderSchema } from './lib/render-schema.js';

const { values: flags } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
    spec: { type: 'string', default: 'openapi' },
    out: { type: 'string', default: 'generated' },
  },
});
const spec = resolve(flags.spec);
const out = resolve(flags.out);

/** How long the spec must be unchanged before it is generated, because editors save a file in several steps. */
const QUIET_MS = 100;

async function staleFiles(): Promise<Map<string, string>> {
  const json = await bundleSpec(spec);
  const stale = new Map<string, string>();
  for (const [name, text] of [['openapi.json', json] as const, ['schema.ts', await renderSchema(json)] as const]) {
    if ((await readOrEmpty(join(out, name))) !== text) stale.set(name, text);
  }
  return stale;
}

function listed(stale: Map<string, string>): string {
  return [...stale.keys()].map((name) => `generated/${name}`).join(', ');
}

async function generate(): Promise<void> {
  const stale = await staleFiles();
  await mkdir(out, { recursive: true });
  for (const [name, text] of stale) await writeFile(join(out, name), text);
  console.log(stale.size > 0 ? `Written: ${listed(stale)}` : 'generated/ is what the spec turns into');
}

/** Generates now and after each change. Runs do not overlap: a change during a run starts another one after it. */
function generateAndWatch(): void {
  let running = false;
  let changed = false;
  let quiet: NodeJS.Timeout | undefined;
  const run = async () => {
    changed = true;
    if (running) return;
    running = true;
    while (changed) {
      changed = false;
      await generate().catch((error: unknown) => console.error((error as Error).message));
      console.log(`Watching ${flags.spec}/`);
    }
    running = false;
  };
  watch(spec, { recursive: true }, () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => void run(), QUIET_MS);
  });
  void run();
}

async function check(): Promise<void> {
  const stale = await staleFiles();
  if (stale.size > 0) throw new Error(`Stale: ${listed(stale)}. Run: npm run generate`);
  console.log('generated/ is what the spec turns into');
}

if (flags.watch && !flags.check) {
  generateAndWatch();
} else {
  await (flags.check ? check() : generate()).catch((error: unknown) => {
    console.error((error as Error).message);
    process.exitCode = 1;
  });
}
