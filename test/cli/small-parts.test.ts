import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportLines } from '../../src/cli/commands/sandbox.js';
import { readEnvironment, requireCredentials } from '../../src/cli/credentials.js';
import { debugText } from '../../src/cli/debug-text.js';
import { matcherOf } from '../../src/cli/globs.js';
import { formatBytes, formatCount, formatSeconds } from '../../src/cli/numbers.js';
import { remarksOn } from '../../src/cli/remarks.js';
import { createScrubber } from '../../src/cli/scrub.js';
import { commandName, shellCommand, withOption } from '../../src/cli/shell-command.js';
import { makeFolder } from './helpers/command-sandbox.js';

describe('numbers', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567'],
  ])('%i is %s', (count, text) => expect(formatCount(count)).toBe(text));

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [12_345, '12.3 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [41_200_000, '41.2 MB'],
    [5e15, '5.00 PB'],
  ])('%i bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  test.each([
    [0.04, '40 ms'],
    [0.1, '0.1 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.6, '1 min 0 s'],
    [200, '3 min 20 s'],
    [7500, '2 h 5 min'],
  ])('%f seconds are %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));
});

describe('commands to copy', () => {
  test('are quoted for the shell', () => {
    expect(shellCommand('scenario-downloads', ['get', "it's", '<a>', '--out', 'a/b.c'], 'linux')).toBe(
      `scenario-downloads get 'it'\\''s' '<a>' --out a/b.c`,
    );
    expect(shellCommand(commandName({ npm_command: 'exec' }), ['get', '', '<a>'], 'win32')).toBe(
      'npx scenario-downloads get "" "<a>"',
    );
  });

  test('get an option in place of its old value', () => {
    expect(withOption(['get', 'a'], '--force')).toEqual(['get', 'a', '--force']);
    expect(withOption(['get', '--timeout', '5', 'a', '--', '-b'], '--timeout', '10')).toEqual([
      'get',
      'a',
      '--timeout',
      '10',
      '--',
      '-b',
    ]);
    expect(withOption(['get', '--timeout=5'], '--timeout', '10')).toEqual(['get', '--timeout', '10']);
    expect(withOption(['get', '--force', 'a'], '--force')).toEqual(['get', 'a', '--force']);
  });
});

describe('globs', () => {
  test.each([
    ['*.png', 'folder/a.png', true],
    ['*.png', 'folder/a.jpg', false],
    ['folder/*', 'folder/a.png', true],
    ['folder/*', 'other/folder/a.png', false],
    ['**/folder/**', 'other/folder/a.png', true],
    ['*.png', '.hidden.png', true],
    ['!*.png', '!a.png', true],
    ['a (1).png', 'a (1).png', true],
  ])('%s and %s: %s', (glob, path, expected) => expect(matcherOf([glob])?.(path)).toBe(expected));

  test.each(['[ab', 'x(y', '{a,b'])('%s is refused, since it has no end', (glob) =>
    expect(() => matcherOf([glob])).toThrow('Missing closing'),
  );

  test('none are no matcher, several are one or the other', () => {
    expect(matcherOf([])).toBeUndefined();
    expect(['a.png', 'b.jpg', 'c.gif'].filter((path) => matcherOf(['*.png', '*.jpg'])?.(path))).toEqual([
      'a.png',
      'b.jpg',
    ]);
  });
});

describe('scrubbing', () => {
  const scrub = createScrubber(() => ['api_key_123', 'secret+456']);

  test('takes secrets out, however they are written', () => {
    const basic = Buffer.from('api_key_123:secret+456').toString('base64');
    expect(scrub(`key api_key_123, secret secret+456, secret%2B456, Basic ${basic}`)).toBe(
      'key ***, secret ***, ***, Basic ***',
    );
  });

  test('takes the query out of URLs and leaves the others as they are', () => {
    expect(
      scrub(
        'see https://host/a.zip?expires=1&signature=abc#x and (https://app.example.com), http://u:p@h/b s3://b/x?sig=1',
      ),
    ).toBe('see https://host/a.zip and (https://app.example.com), http://h/b s3://b/x');
  });

  test('does not look for what is missing or too short to be a secret', () => {
    expect(createScrubber(() => [undefined, 'a'])('a banana')).toBe('a banana');
  });
});

describe('credentials', () => {
  test('both are needed, and which is missing is said', () => {
    const env = { SCENARIO_SDK_API_KEY: 'key', SCENARIO_SDK_API_SECRET: 'secret' };
    expect(requireCredentials(env)).toEqual({ apiKey: 'key', apiSecret: 'secret' });
    expect(() => requireCredentials({ ...env, SCENARIO_SDK_API_SECRET: '' })).toThrow(
      'There are no credentials: SCENARIO_SDK_API_SECRET is not set.',
    );
    expect(() => requireCredentials({ ...env, SCENARIO_SDK_API_KEY: 'key:secret' })).toThrow(
      'SCENARIO_SDK_API_KEY has a colon in it',
    );
    for (const secret of ['secret\n', ' secret', '"secret"', "'secret'"]) {
      expect(() => requireCredentials({ ...env, SCENARIO_SDK_API_KEY: 'k', SCENARIO_SDK_API_SECRET: secret })).toThrow(
        'SCENARIO_SDK_API_SECRET has white space or quotes around it.',
      );
    }
    const odd = { SCENARIO_SDK_API_KEY: 'k"', SCENARIO_SDK_API_SECRET: `a "b' c` };
    expect(requireCredentials(odd)).toEqual({ apiKey: 'k"', apiSecret: `a "b' c` });
  });

  test('without a file the environment is as it was', () => {
    const env = { A: 'b' };
    expect(readEnvironment(env, undefined)).toBe(env);
    expect(() => readEnvironment(env, '/no/such/file')).toThrow('--env-file /no/such/file cannot be read');
  });

  test('a file may begin with a mark, as some editors write it', () => {
    const file = join(makeFolder(), 'studio.env');
    writeFileSync(file, '\uFEFFSCENARIO_SDK_API_KEY=key\r\nSCENARIO_SDK_API_SECRET=s\r\n');
    expect(requireCredentials(readEnvironment({}, file))).toEqual({ apiKey: 'key', apiSecret: 's' });
  });

  test.each([
    ['with its mark', '\uFEFF'],
    ['without', ''],
  ])('a file in UTF-16 is said to be one, %s', (_name, mark) => {
    const file = join(makeFolder(), 'studio.env');
    writeFileSync(file, Buffer.from(`${mark}SCENARIO_SDK_API_KEY=key\n`, 'utf16le'));
    expect(() => readEnvironment({}, file)).toThrow(`--env-file ${file} cannot be read: it is UTF-16, not UTF-8.`);
  });
});

test('the variables of the sandbox are set in the words of the platform', () => {
  const sandbox = { baseUrl: 'http://127.0.0.1:1/v1', credentials: { apiKey: 'k', apiSecret: 's' } };
  expect(exportLines(sandbox, 'linux')[0]).toBe('export SCENARIO_BASE_URL=http://127.0.0.1:1/v1');
  expect(exportLines(sandbox, 'win32')[1]).toBe('$env:SCENARIO_SDK_API_KEY = "k"');
});

test('the text for --debug has the causes', () => {
  const text = debugText(new Error('outer', { cause: new TypeError('inner', { cause: 'deepest' }) }));
  expect(text).toMatch(/^Error: outer\n {4}at [\s\S]+\ncaused by TypeError: inner\n[\s\S]+\ncaused by 'deepest'$/);
});

describe('remarks', () => {
  const selection = { ids: { assetIds: ['a'], inferenceIds: [], modelIds: [] }, duplicates: 0, duplicateExamples: [] };

  test.each([undefined, '<seed>', '<generator>-<prompt>-<num>-<seed>', 'one'])('none on %s', (template) =>
    expect(remarksOn(selection, { ...(template !== undefined && { template }) })).toEqual([]),
  );

  test.each(['plain', '2 > 1'])('%s would be the name of every file', (template) => {
    const two = { ...selection, ids: { ...selection.ids, assetIds: ['a', 'b'] } };
    const remark =
      'warning: --template has none of <generator>, <prompt>, <num>, <seed>, so all files would have the same name.';
    expect(remarksOn(two, { template })).toEqual([remark]);
    expect(remarksOn({ ...selection, ids: { ...selection.ids, assetIds: [], modelIds: ['m'] } }, { template })).toEqual(
      [remark],
    );
  });

  test('on placeholders that nobody knows, each once, and on ids that came twice', () => {
    const twice = { ...selection, duplicates: 1, duplicateExamples: ['a'] };
    expect(remarksOn(twice, { template: '<name>-<seed>-<Num>-<name>' })).toEqual([
      '1 id has been given before and is not sent again: a.',
      'warning: --template has <name>, <Num>; the known placeholders are <generator>, <prompt>, <num>, <seed>.',
    ]);
  });

  test.each([
    [2, ['a'], 'a.'],
    [3, ['a', 'b', 'c'], 'a, b, c.'],
    [9, ['a', 'b', 'c', 'd'], 'a, b, c and more.'],
  ])('names the ids that had been given before: %i', (duplicates, duplicateExamples, named) => {
    const line = `${duplicates} ids have been given before and are not sent again: ${named}`;
    expect(remarksOn({ ...selection, duplicates, duplicateExamples }, {})).toEqual([line]);
  });
});
