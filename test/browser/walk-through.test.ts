import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { copyProject, runNode } from '../scripts/helpers/project-copy.js';
import { launchChromium } from '../../scripts/lib/launch-chromium.js';
import { openPage } from './helpers/browser.js';

/** Uses a new format through the public names, as a program of a user does; it prints what it saw. */
const PROGRAM = `
import { createScenarioClient, resolveAssetUrl, TARGET_FORMATS, type TargetFormat } from './src/index.js';
import { startSandbox } from './src/sandbox/index.js';

const format: TargetFormat = 'exr';
// @ts-expect-error a format that the spec does not have
const other: TargetFormat = 'webm';

const sandbox = await startSandbox();
const client = createScenarioClient({ baseUrl: sandbox.baseUrl, ...sandbox.credentials, retry: false });
const url = await resolveAssetUrl(client, 'asset_1', { targetFormat: format });
const refused = await client.POST('/assets/{assetId}/download', {
  params: { path: { assetId: 'asset_1' } },
  body: { targetFormat: other },
});
console.log(JSON.stringify({ formats: TARGET_FORMATS, resolved: URL.canParse(url), refused: refused.response.status }));
await sandbox.close();
`;

test('a new format in the spec is everywhere after npm run generate, with no other edit', async () => {
  await using copy = await copyProject(['openapi', 'generated', 'scripts', 'src', 'package.json', 'tsconfig.json']);
  await writeFile(join(copy.directory, 'program.ts'), PROGRAM);
  const program = ['--import', 'tsx', 'program.ts'];
  const compile = () => {
    const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
    return runNode(copy.directory, [tsc, '--noEmit', '--project', 'program.json']);
  };
  await writeFile(
    join(copy.directory, 'program.json'),
    JSON.stringify({ extends: './tsconfig.json', include: ['program.ts', 'src/index.ts', 'generated'] }),
  );

  // Before: the types, and the client itself, do not know it.
  expect((await compile()).stdout).toContain(`'"exr"' is not assignable`);
  expect((await runNode(copy.directory, program)).stderr).toContain('InvalidInputError');

  await copy.edit('openapi/openapi.yaml', 'glb, fbx, obj]', 'glb, fbx, obj, exr]');
  expect(await copy.run('scripts/generate.ts')).toMatchObject({ code: 0 });

  expect(await compile()).toMatchObject({ code: 0, stdout: '' });
  const run = await runNode(copy.directory, program);
  expect(run.stderr).toBe('');
  const { formats, resolved, refused } = JSON.parse(run.stdout) as {
    formats: string[];
    resolved: boolean;
    refused: number;
  };
  expect(formats.at(-1)).toBe('exr');
  expect({ resolved, refused }).toEqual({ resolved: true, refused: 400 });

  expect(await copy.run('scripts/docs.ts', '--out', 'site')).toMatchObject({ code: 0 });
  const browser = await launchChromium();
  try {
    await using watched = await openPage(browser, 'file://');
    await watched.page.goto(pathToFileURL(join(copy.directory, 'site/reference.html')).href);
    await expect.poll(() => watched.page.locator('#content').innerText()).toContain('"exr"');
    await watched.page.fill('#search', 'exr');
    expect(await watched.page.locator('#results').innerText()).toContain('downloadRequest');
  } finally {
    await browser.close();
  }
});

test('the steps of the maintainers guide are commands that exist', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const text = await readFile(join(root, 'openapi/README.md'), 'utf8');
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: object };
  const commands = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
  expect(commands.length).toBeGreaterThan(3);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(commands));
});
