/**
 * Compares the spec with that of the last release or of a git ref, and prints the version that the changes require.
 *
 *     npm run spec:diff              against the newest tag v*
 *     npm run spec:diff -- REF       against a tag, a branch or a commit
 *
 * Exits 1 when a breaking change comes without a new major version in `info.version` or without a line in CHANGELOG.md
 * that names that version, such as "OpenAPI document 2.0.0: ...". Exits 0 when there is no release yet or the ref has
 * no spec, and 2 after any other error, such as an unknown ref.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { bundleSpec } from './lib/bundle-spec.js';
import type { OpenApiDocument } from './lib/openapi-document.js';
import { compareDocuments } from './spec-diff/compare-documents.js';
import { lastRelease, readAt } from './spec-diff/git.js';
import { isAtLeast, nextVersion } from './spec-diff/next-version.js';

async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const ref = positionals[0] ?? (await lastRelease());
  if (ref === undefined) {
    console.log(
      'There is no release yet to compare with. Name something else, such as the last commit: npm run spec:diff -- HEAD',
    );
    return;
  }
  const old = await readAt(ref, 'generated/openapi.json');
  if (old === undefined) console.log(`${ref} has no generated/openapi.json.`);
  else await compareWith(ref, JSON.parse(old) as OpenApiDocument);
}

async function compareWith(ref: string, before: OpenApiDocument): Promise<void> {
  const after = JSON.parse(await bundleSpec('openapi')) as OpenApiDocument;
  const changes = compareDocuments(before, after);
  const [from, to, asked] = [before.info.version, after.info.version, nextVersion(before.info.version, changes)];

  console.log(`Against ${ref} (${from}):`);
  for (const { level, place, what } of changes) console.log(`  ${level.padEnd(10)}  ${place}: ${what}`);
  if (changes.length === 0) console.log('  nothing changed');
  console.log(`The changes ask for info.version ${asked}; it is ${to}.`);

  const isEnough = isAtLeast(to, asked);
  if (!changes.some(({ level }) => level === 'breaking')) {
    if (!isEnough) console.log(`Set info.version in openapi/openapi.yaml to ${asked} before the next release.`);
    return;
  }
  if (!isEnough)
    fail(`A breaking change needs a new major version: set info.version in openapi/openapi.yaml to ${asked}.`);
  const entry = new RegExp(`\\bOpenAPI document\\b.*\\b${(isEnough ? to : asked).replaceAll('.', '\\.')}\\b`, 'i');
  if (!entry.test(await readChangelog())) {
    fail(`A breaking change needs a line in CHANGELOG.md: "OpenAPI document ${isEnough ? to : asked}: ...".`);
  }
}

async function readChangelog(): Promise<string> {
  try {
    return await readFile('CHANGELOG.md', 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function fail(sentence: string): void {
  console.error(sentence);
  process.exitCode = 1;
}

await main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 2;
});
