/**
 * Generates documentation from the types: the report of the public API in test/package/api.md, and the tables of
 * options between the markers in the README.
 *
 *     npm run api               writes both files
 *     npm run api -- --check    writes nothing; exits 1 when one of them is out of date
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { optionsTables } from './api-report/options-tables.js';
import { publicSurface } from './api-report/public-surface.js';
import { renderReport } from './api-report/render-report.js';
import { readEntries } from './docs/api-pages.js';
import { readDeclarations } from './docs/api/declarations.js';
import { describeExports } from './docs/api/read-exports.js';
import { readOrEmpty } from './lib/read-or-empty.js';

const REPORT = 'test/package/api.md';
const README = 'README.md';
const START = '<!-- options:start -->';
const END = '<!-- options:end -->';

async function main(): Promise<void> {
  const { values: flags } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const entries = readEntries(
    JSON.parse(await readFile('package.json', 'utf8')) as { name: string; exports: Record<string, unknown> },
  );
  const { checker, entries: declarations } = readDeclarations(
    process.cwd(),
    entries.map(({ source }) => source),
  );
  const surfaces = publicSurface(declarations, checker);
  const wanted = new Map([
    [
      REPORT,
      await renderReport(new Map(surfaces.map((surface, at) => [entries[at]?.specifier ?? '', surface] as const))),
    ],
    [
      README,
      between(
        await readFile(README, 'utf8'),
        await optionsTables(declarations.map((entry) => describeExports(entry, checker))),
      ),
    ],
  ]);

  const stale: string[] = [];
  for (const [path, text] of wanted) if ((await readOrEmpty(path)) !== text) stale.push(path);
  if (flags.check && stale.length > 0) {
    throw new Error(`Not what the types say: ${stale.join(', ')}. Run: npm run api, and review what it changes.`);
  }
  for (const path of stale) await writeFile(path, wanted.get(path) ?? '');
  console.log(stale.length > 0 ? `Written: ${stale.join(', ')}` : `${REPORT} and ${README} are what the types say`);
}

function between(readme: string, text: string): string {
  const [from, to] = [readme.indexOf(START), readme.indexOf(END)];
  if (from === -1 || to < from) throw new Error(`${README} has no ${START} and ${END}.`);
  return `${readme.slice(0, from + START.length)}\n\n${text}\n\n${readme.slice(to)}`;
}

await main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
