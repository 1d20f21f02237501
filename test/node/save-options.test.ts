import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../src/errors.js';
import { resolveSaveOptions, type SaveOptions } from '../../src/node/save-options.js';

describe('resolveSaveOptions', () => {
  it.each<[string, object, string]>([
    ['a misspelt option', { forse: true }, 'saveAll has no option "forse"; it has directory, targetFormat, '],
    [
      'a misspelt limit',
      { limits: { entires: 5 } },
      'limits has no option "entires"; it has entries, totalBytes, ratio.',
    ],
    ['a limit of nothing', { limits: { entries: 0 } }, 'limits.entries must be a whole number from 1'],
    ['a ratio below one', { limits: { ratio: 0.5 } }, 'limits.ratio must be 1 or more, but is 0.5.'],
    ['no directory', { directory: '' }, 'directory must be the path of a folder, but is "".'],
    ['a glob where a function is asked', { include: '*.png' }, 'include must be a function, but is "*.png".'],
    ['a format that there is not', { targetFormat: 'bmp' }, 'targetFormat must be one of gif, '],
    [
      'a kept archive where there is none',
      { targetFormat: 'png', keepArchives: true },
      'keepArchives is about archives',
    ],
    [
      'names for what has names',
      { targetFormat: 'png', fileNameTemplate: '<num>' },
      'fileNameTemplate is about archives',
    ],
    ['a filter where nothing is unpacked', { extract: false, exclude: () => true }, 'exclude is about files'],
    ['a word where a switch is asked', { force: 'false' }, 'force must be true or false, but is "false".'],
    ['a number where a switch is asked', { extract: 0 }, 'extract must be true or false, but is 0.'],
    ['a ratio in letters', { limits: { ratio: '5' } }, 'limits.ratio must be 1 or more, but is "5".'],
    ['a signal that is none', { signal: {} }, 'signal must be an AbortSignal, but is [object Object].'],
    ['too many connections', { connections: 1000 }, 'connections must be a whole number from 1 to 64'],
    ['a wait of no time', { stallTimeoutMs: 0 }, 'stallTimeoutMs must be a whole number from 1 to '],
  ])('refuses %s, by its name', (_, options, message) => {
    const resolve = () => resolveSaveOptions({ directory: 'x', ...options });
    expect(resolve).toThrow(InvalidInputError);
    expect(resolve).toThrow(message);
  });

  it.each([undefined, null])('refuses %s, as a program without types may give', (options) => {
    const resolve = () => resolveSaveOptions(options as unknown as SaveOptions);
    expect(resolve).toThrow(new InvalidInputError('directory must be the path of a folder, but is undefined.'));
  });

  it('takes what is the default with targetFormat', () => {
    const given = { directory: 'x', targetFormat: 'png', extract: true, keepArchives: false } as const;
    expect(resolveSaveOptions(given)).toMatchObject({ targetFormat: 'png' });
  });

  it('takes an answer of nothing for no', () => {
    const askedFor = (path: string) => path.match(/\.png$/) as unknown as boolean;
    const nothing = () => undefined as unknown as boolean;
    const wanted = (options: Partial<SaveOptions>) =>
      ['a.png', 'b.txt'].filter(resolveSaveOptions({ directory: 'x', ...options }).isWanted);
    expect(wanted({ include: askedFor })).toEqual(['a.png']);
    expect(wanted({ include: nothing })).toEqual([]);
    expect(wanted({ exclude: askedFor })).toEqual(['b.txt']);
    expect(wanted({ exclude: nothing })).toEqual(['a.png', 'b.txt']);
  });

  it('takes undefined for what is not given', () => {
    const given = { directory: 'x', force: undefined, limits: { ratio: undefined }, concurrency: undefined };
    expect(resolveSaveOptions(given as unknown as SaveOptions)).toMatchObject({
      force: false,
      concurrency: 4,
      limits: { ratio: 250 },
    });
  });
});
