import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readSelectionOptions, type SelectionOptions } from '../../../src/cli/ids/read-selection.js';
import { makeFolder } from '../helpers/command-sandbox.js';

const never = new AbortController().signal;
const read = (options: Partial<SelectionOptions>, input = '', signal = never) =>
  readSelectionOptions({ assetIds: [], ...options }, Readable.from([Buffer.from(input)]), signal);

test('ids of all kinds come together, in order', async () => {
  const file = join(makeFolder(), 'ids.txt');
  writeFileSync(file, 'a3\n{"inferenceId":"i2"}\n');
  const selection = await read({ assetIds: ['a1'], inference: ['i1'], model: ['m1'], from: [file, '-'] }, '["a4"]');
  expect(selection).toEqual({
    ids: { assetIds: ['a1', 'a3', 'a4'], inferenceIds: ['i1', 'i2'], modelIds: ['m1'] },
    duplicates: 0,
    duplicateExamples: [],
  });
});

test('duplicates are left out and counted', async () => {
  const selection = await read({ assetIds: ['a', 'b', 'a'], from: ['-'] }, 'b\nc\nb\na\n');
  expect(selection.ids.assetIds).toEqual(['a', 'b', 'c']);
  expect(selection.duplicates).toBe(4);
  expect(selection.duplicateExamples).toEqual(['a', 'b']);
  expect(await read({ assetIds: ['a', 'a', 'a'] })).toMatchObject({ duplicates: 2, duplicateExamples: ['a'] });
});

test('the same word may be an asset, an inference and a model', async () => {
  expect((await read({ assetIds: ['x'], inference: ['x'], model: ['x'] })).duplicates).toBe(0);
});

test.each<[string, Partial<SelectionOptions>, string, string]>([
  ['nothing', {}, '', 'Nothing is selected.'],
  ['an empty input', { from: ['-'] }, '\n', 'There is no id in standard input.'],
  ['what jq prints of nothing', { assetIds: ['null'] }, '', 'An asset id is "null", which is not an id.'],
  ['a dot', { assetIds: ['..'] }, '', 'An asset id is "..", which is not an id.'],
  ['standard input without --from', { assetIds: ['-'] }, '', 'An asset id is "-", which is not an id.'],
  ['an empty inference', { inference: [''] }, '', '--inference is empty.'],
  ['several in one', { model: ['m1,m2'] }, '', '--model has a space, a comma or a semicolon in it: "m1,m2".'],
  ['no such file', { from: ['/no/such/file'] }, '', '--from /no/such/file cannot be read: there is no such file.'],
  ['a bad line', { from: ['-'] }, 'a\n.', 'Line 2 of standard input is ".", which is not an id.'],
])('%s is refused', async (_name, options, input, message) => {
  await expect(read(options, input)).rejects.toMatchObject({ message, exitCode: 2 });
});

test('who takes a dash for standard input is told how that is said', async () => {
  await expect(read({ assetIds: ['-'] })).rejects.toMatchObject({ advice: 'Standard input is --from -.' });
});

test('reading can be called off', async () => {
  const controller = new AbortController();
  const stdin = new Readable({ read: () => undefined });
  const reading = readSelectionOptions({ assetIds: [], from: ['-'] }, stdin, controller.signal);
  stdin.push('a\n');
  setImmediate(() => controller.abort(new Error('called off')));
  await expect(reading).rejects.toThrow('called off');
});
