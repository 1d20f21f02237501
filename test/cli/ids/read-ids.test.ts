import { describe, expect, test } from 'vitest';
import { readIds } from '../../../src/cli/ids/read-ids.js';

/** Reads a text in pieces of some bytes; wherever they are cut, the same must come out. */
async function read(input: string | Uint8Array, pieceSize = 7): Promise<string[]> {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.subarray(at, at + pieceSize);
    await Promise.resolve();
  }
  const ids: string[] = [];
  await readIds(pieces(), 'ids.txt', (kind, id) => ids.push(kind === 'assetIds' ? id : `${kind} ${id}`));
  return ids;
}

const objects = [
  { assetId: 'a1' },
  { id: 'a2', inferenceId: 'i0' },
  { inferenceId: 'i1', modelId: 'm0' },
  { modelId: 'm1', assetId: null },
];
const ofObjects = ['a1', 'a2', 'inferenceIds i1', 'modelIds m1'];

test('many lines that are empty take no time to speak of', async () => {
  expect(await read(`${'\n'.repeat(5_000_000)}a`)).toEqual(['a']);
});

describe.each([1, 7, 65_536])('in pieces of %i bytes', (pieceSize) => {
  test.each<[string, string, string[]]>([
    ['lines', 'a\nb\nc\n', ['a', 'b', 'c']],
    ['lines without an end', 'a\nb', ['a', 'b']],
    ['lines of Windows with a mark at the start', '\uFEFFa\r\nb\r\n', ['a', 'b']],
    ['lines with room around them', '\n\n  a \n\t\nb\n', ['a', 'b']],
    ['JSON lines of strings', '"a"\n"b"\n', ['a', 'b']],
    ['JSON lines of objects', objects.map((value) => JSON.stringify(value)).join('\n'), ofObjects],
    ['lines of both kinds', 'a\n{"modelId":"m"}\n"b"', ['a', 'modelIds m', 'b']],
    ['a JSON array', '["a", "b"]', ['a', 'b']],
    ['a JSON array over many lines', '\n[\n  "a",\n  "b"\n]\n', ['a', 'b']],
    ['a JSON array of objects', JSON.stringify(objects, undefined, 2), ofObjects],
    ['an array with quotes and brackets in strings', '[{"id":"a\\"]\\\\"},"[b"]', ['a"]\\', '[b']],
    ['letters of several bytes', 'é\n桜\n🐉', ['é', '桜', '🐉']],
    ['comments', '# of today\na\n  #b\nc#1\n', ['a', 'c#1']],
    ['an empty array', ' [ ] ', []],
    ['nothing', ' \n', []],
  ])('%s', async (_name, text, expected) => {
    expect(await read(text, pieceSize)).toEqual(expected);
  });

  test.each<[string, string, string]>([
    ['a space in an id', 'a\nb c\n', 'Line 2 of ids.txt has a space, a comma or a semicolon in it: "b c".'],
    ['a comma in an id', 'a,b', 'Line 1 of ids.txt has a space, a comma or a semicolon in it: "a,b".'],
    [
      'a web address',
      'https://app.example.com/assets/a?signature=secret',
      'Line 1 of ids.txt is a web address, not an id: "https://app.example.com/assets/a".',
    ],
    ['a dot', 'a\n\n..', 'Line 3 of ids.txt is "..", which is not an id.'],
    ['a bad JSON line', 'a\n{"assetId":"b"\n', 'Line 2 of ids.txt is not JSON: {"assetId":"b".'],
    [
      'an object without an id',
      '{"name":"x"}',
      'Line 1 of ids.txt has none of "assetId", "id", "inferenceId", "modelId".',
    ],
    [
      'a list in an object',
      '{"total":1,"assets":[{"id":"a"}]}',
      `Line 1 of ids.txt has none of "assetId", "id", "inferenceId", "modelId", but a list in "assets": jq -c '.["assets"][]' takes it out.`,
    ],
    [
      'an object over many lines',
      '{\n  "assetId": "a"\n}',
      'Line 1 of ids.txt is the beginning of a JSON object over many lines: jq -c . makes it one.',
    ],
    [
      'a comment behind an id',
      'a # the first',
      'Line 1 of ids.txt has a comment behind the id, but comments have lines of their own: a # the first.',
    ],
    ['an id that is a number', '{"assetId":5}', 'Line 1 of ids.txt has "assetId", but it is not a string.'],
    ['an empty id', '""', 'Line 1 of ids.txt is empty.'],
    [
      'a number in an array',
      '["a",\n5]',
      'Item 2 of ids.txt (line 2) is 5, but an id is a string, or an object that has one.',
    ],
    [
      'an array in an array',
      '[["a"]]',
      'Item 1 of ids.txt (line 1) is ["a"], but an id is a string, or an object that has one.',
    ],
    ['an array without an end', '["a",\n"b"\n', 'Line 3 of ids.txt: the array has no end: "]" is missing.'],
    ['an array with a comma too many', '["a",]', 'Line 1 of ids.txt: there is a comma too many.'],
    ['an array with only a comma', '[,]', 'Line 1 of ids.txt: there is a comma too many.'],
    ['something behind an array', '["a"]\n["b"]', 'Line 2 of ids.txt: there is something behind the end of the array.'],
    ['an item that is not JSON', '["a",b]', 'Item 2 of ids.txt (line 1) is not JSON: b.'],
    [
      'a semicolon, as a spreadsheet writes it where the comma is a decimal point',
      'id;name\nasset_1;foo',
      'Line 1 of ids.txt has a space, a comma or a semicolon in it: "id;name".',
    ],
    ['a space without width', 'a\u200bb', 'Line 1 of ids.txt has a character in it that no id has: "a\\u{200b}b".'],
    ['a mark in the middle', '"a\ufeffb"', 'Line 1 of ids.txt has a character in it that no id has: "a\\u{feff}b".'],
    ['a tag', 'a\u{e0041}b', 'Line 1 of ids.txt has a character in it that no id has: "a\\u{e0041}b".'],
    ['a control character', 'a\u0001b', 'Line 1 of ids.txt has a character in it that no id has: "a\\u0001b".'],
  ])('%s is refused', async (_name, text, message) => {
    await expect(read(text, pieceSize)).rejects.toMatchObject({ message, code: 'USAGE', exitCode: 2 });
  });
});

test('what is not UTF-8 is refused, with its line', async () => {
  const utf16 = new Uint8Array([0xff, 0xfe, 0x61, 0]);
  await expect(read(utf16)).rejects.toThrow('ids.txt is not UTF-8 text (about line 1).');
  await expect(read(Buffer.from('asset_1\r\n', 'utf16le'))).rejects.toThrow(
    'ids.txt is not UTF-8 text (about line 1).',
  );
  await expect(read(new Uint8Array([0x61, 0x0a, 0x62, 0x0a, 0x80]), 2)).rejects.toThrow('about line 3');
});

test('a line that never ends is not collected', async () => {
  await expect(read(`a\n${'b'.repeat(200_000)}`, 10_000)).rejects.toThrow('Line 2 of ids.txt is too long for an id.');
  await expect(read(`["${'b'.repeat(200_000)}`, 10_000)).rejects.toThrow('an item does not end: is a quote missing?');
});
