import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addCodeSamples } from '../../scripts/lib/add-code-samples.js';
import { copyProject, runNode, type ProjectCopy } from './helpers/project-copy.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FORMATS = 'enum: [gif, heif,';
let copy: ProjectCopy;
beforeAll(async () => {
  copy = await copyProject();
});
afterAll(() => copy[Symbol.asyncDispose]());

const generated = (name: string) => readFile(join(copy.directory, 'generated', name), 'utf8');

test('generated/ is what the spec turns into', async () => {
  const run = await runNode(root, ['--import', 'tsx', 'scripts/generate.ts', '--check']);
  expect(run.stderr).toBe('');
  expect(run.code).toBe(0);
});

test('--check names what is stale and what to run, and writes nothing', async () => {
  await copy.edit('openapi/openapi.yaml', FORMATS, 'enum: [bmp, gif, heif,');
  const before = await generated('schema.ts');
  const run = await copy.run('scripts/generate.ts', '--check');
  expect(run.code).toBe(1);
  expect(run.stderr).toBe('Stale: generated/openapi.json, generated/schema.ts. Run: npm run generate\n');
  expect(await generated('schema.ts')).toBe(before);

  const written = await copy.run('scripts/generate.ts');
  expect(written.stdout).toBe('Written: generated/openapi.json, generated/schema.ts\n');
  expect(await generated('schema.ts')).toContain('"bmp" | "gif"');
});

test('--check covers the code samples', async () => {
  await copy.edit('openapi/samples/downloadRequest.sh', 'webp', 'avif');
  const run = await copy.run('scripts/generate.ts', '--check');
  // The types do not depend on a sample, and another run of the same spec gives the same bytes.
  expect(run.stderr).toBe('Stale: generated/openapi.json. Run: npm run generate\n');
});

test.each([
  [
    'exampleFileNameTemplate',
    '          examples:\n            - <generator>-<prompt>-<num>-<seed>\n',
    'components.schemas.DownloadRequestBatchOptions.properties.fileNameTemplate.examples.0',
  ],
  [
    'maxAssetIds',
    '          maxItems: 1000\n',
    'components.schemas.DownloadRequestBatchQuery.properties.assetIds.maxItems',
  ],
])('a value that is gone from the spec is named with its place: %s', async (name, lines, place) => {
  await using without = await copyProject();
  await without.edit('openapi/openapi.yaml', lines, '');
  const run = await without.run('scripts/generate.ts');
  expect(run).toMatchObject({
    code: 1,
    stderr: `generated/schema.ts needs a value for ${name}, and openapi/openapi.yaml has none at ${place}.\n`,
  });
});

test('operations without code samples are named, all at once', async () => {
  const json = await generated('openapi.json');
  const renamed = json.replace('"operationId": "downloadRequest"', '"operationId": "downloadAsset"');
  const samples = join(copy.directory, 'openapi/samples');
  const lineOf = (operation: string, file: string) =>
    `The operation ${operation} has no code sample: ${join(samples, file)} cannot be read.`;
  await expect(addCodeSamples(renamed, samples)).rejects.toThrow(
    [lineOf('downloadAsset', 'downloadAsset.ts'), lineOf('downloadAsset', 'downloadAsset.sh')].join('\n'),
  );
});

test('--watch writes again after a change, and survives a fault in the spec', async () => {
  await using watched = await copyProject();
  await watched.edit('openapi/openapi.yaml', FORMATS, 'enum: [[');
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/generate.ts', '--watch'], {
    cwd: watched.directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const out = createInterface(child.stdout)[Symbol.asyncIterator]();
    const err = createInterface(child.stderr)[Symbol.asyncIterator]();
    const lineWith = async (lines: AsyncIterator<string, undefined>, text: string) => {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`It ended without ${text}`);
        if (value.includes(text)) return value;
      }
    };
    await lineWith(err, 'redocly lint failed');
    await lineWith(out, 'Watching openapi/');
    await watched.edit('openapi/openapi.yaml', 'enum: [[', 'enum: [bmp, gif, heif,');
    expect(await lineWith(out, 'Written:')).toContain('generated/schema.ts');
    expect(await readFile(join(watched.directory, 'generated/schema.ts'), 'utf8')).toContain('"bmp"');
  } finally {
    child.kill();
    await once(child, 'exit');
  }
});
