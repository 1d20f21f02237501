import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../../src/sandbox/index.js';
import { createProgramFolder } from '../readme/helpers/program-folder.js';
import { checkTypes } from '../spec/helpers/check-types.js';
import { runNode } from './helpers/project-copy.js';

const folder = new URL('../../scripts/docs/guide/', import.meta.url);

/** The programs in the guide, each under a path of its own. */
function programs(): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(folder)) {
    const text = readFileSync(new URL(name, folder), 'utf8');
    [...text.matchAll(/```typescript\n([\s\S]*?)```/g)].forEach(([, program = ''], at) => {
      found.set(`openapi/samples/${name}-${at + 1}.ts`, program);
    });
  }
  return found;
}

test('every program in the guide compiles', () => {
  expect(programs().size).toBeGreaterThan(5);
  expect(checkTypes(programs())).toEqual([]);
});

test('every program in the guide runs', async () => {
  await using sandbox = await startSandbox({ jobDurationMs: 1 });
  const files = new Map([...programs()].map(([path, text]) => [basename(path), text]));
  await using programFolder = await createProgramFolder(files);
  for (const name of files.keys()) {
    const { code, stderr } = await programFolder.run(name, sandbox);
    // The one that asks for the status of a job asks for one that there is not.
    const said = stderr.includes('There is no such job') ? '' : stderr;
    expect({ name, code, said }).toEqual({ name, code: 0, said: '' });
  }
});

test('the page of the command has every option of get, and no other', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const { stdout } = await runNode(root, ['--import', 'tsx', 'src/cli/main.ts', 'get', '--help']);
  const optionsIn = (text: string) => [...new Set(text.match(/--[a-z][a-z-]+/g))].sort();
  const page = readFileSync(new URL('40-command-line.md', folder), 'utf8');
  const options = optionsIn(stdout.slice(0, stdout.indexOf('Examples:')));
  expect(options.length).toBeGreaterThan(10);
  expect([...optionsIn(page), '--help'].sort()).toEqual(options);
});
