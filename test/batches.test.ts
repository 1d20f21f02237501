import { describe, expect, test } from 'vitest';
import { planBatches, splitBatch, type Selection } from '../src/batches.js';
import { InvalidInputError } from '../src/errors.js';

const ids = (count: number, prefix = 'asset') => Array.from({ length: count }, (_, at) => `${prefix}_${at}`);

describe('planBatches', () => {
  test('cuts asset ids at 1000, in order', () => {
    const batches = planBatches({ assetIds: ids(2500) });
    expect(batches.map(({ query }) => query.assetIds.length)).toEqual([1000, 1000, 500]);
    expect(batches.flatMap(({ query }) => query.assetIds)).toEqual(ids(2500));
  });

  test('fills in what the wire requires: the three lists and the template of the spec', () => {
    expect(planBatches({ assetIds: ['a'] })).toEqual([
      {
        options: { fileNameTemplate: '<generator>-<prompt>-<num>-<seed>' },
        query: { assetIds: ['a'], inferenceIds: [], modelIds: [] },
      },
    ]);
  });

  test('hands on the template and flat', () => {
    const [batch] = planBatches({ modelIds: ['m'] }, { fileNameTemplate: '<seed>', flat: false });
    expect(batch?.options).toEqual({ fileNameTemplate: '<seed>', flat: false });
  });

  test('drops duplicates and keeps the order of the first', () => {
    const [batch] = planBatches({ assetIds: ['b', 'a', 'b', 'c', 'a'] });
    expect(batch?.query.assetIds).toEqual(['b', 'a', 'c']);
  });

  test('inference and model ids go out together, apart from assets', () => {
    const batches = planBatches({ assetIds: ['a'], inferenceIds: ['i', 'j'], modelIds: ['m'] });
    expect(batches.map(({ query }) => query)).toEqual([
      { assetIds: ['a'], inferenceIds: [], modelIds: [] },
      { assetIds: [], inferenceIds: ['i', 'j'], modelIds: ['m'] },
    ]);
  });

  test('cuts more than a batch of inference and model ids without losing or repeating one', () => {
    const selection = { inferenceIds: ids(3, 'i'), modelIds: ids(4, 'm') };
    const batches = planBatches(selection, { batchSize: 2 });
    expect(batches.map(({ query }) => [...query.inferenceIds, ...query.modelIds])).toEqual([
      ['i_0', 'i_1'],
      ['i_2', 'm_0'],
      ['m_1', 'm_2'],
      ['m_3'],
    ]);
  });

  test('reads each iterable once, whatever it is', () => {
    function* generate() {
      yield* ids(3);
    }
    expect(planBatches({ assetIds: generate() })[0]?.query.assetIds).toEqual(ids(3));
    expect(planBatches({ assetIds: new Set(ids(3)) })[0]?.query.assetIds).toEqual(ids(3));
  });

  test('a batch goes through JSON unchanged', () => {
    const batches = planBatches({ assetIds: ids(3), modelIds: ['m'] });
    expect(JSON.parse(JSON.stringify(batches))).toEqual(batches);
  });

  const bad: [string, Selection, RegExp][] = [
    ['nothing', {}, /empty/],
    ['empty lists', { assetIds: [], modelIds: [] }, /empty/],
    ['an empty id', { assetIds: ['a', ''] }, /assetIds\[1\] must be a printable string.* but is ""/],
    ['a blank id', { assetIds: [' '] }, /assetIds\[0\] must be a printable string.* but is " "/],
    ['"."', { inferenceIds: ['.'] }, /inferenceIds\[0\].*"\."/],
    ['".."', { modelIds: ['..'] }, /modelIds\[0\].*"\.\."/],
    ['a number', { assetIds: [1 as unknown as string] }, /assetIds\[0\] must be a printable string.* but is 1/],
    ['half a surrogate pair', { assetIds: ['a\ud800'] }, /assetIds\[0\].*printable.*"a\\ud800"/],
    ['what is left of a line of Windows', { assetIds: ['a\r'] }, /assetIds\[0\].*printable.*"a\\r"/],
    ['a string in place of a list', { assetIds: 'abc' }, /assetIds must be a list of ids, but is "abc"/],
    ['a thing that is no list', { assetIds: 5 as unknown as string[] }, /assetIds must be a list/],
    [
      'a misspelt name',
      { assetIDs: ['a'] } as Selection,
      /must be one of assetIds, inferenceIds, modelIds, but is "assetIDs"/,
    ],
  ];
  test('refuses none at all, as a program without types may give', () => {
    expect(() => planBatches(undefined as unknown as Selection)).toThrow('The selection is empty.');
  });

  test.each(bad)('refuses %s', (_, selection, message) => {
    expect(() => planBatches(selection)).toThrow(InvalidInputError);
    expect(() => planBatches(selection)).toThrow(message);
  });

  test.each([0, -1, 1001, 1.5, Number.NaN])('refuses a batch size of %s', (batchSize) => {
    expect(() => planBatches({ assetIds: ['a'] }, { batchSize })).toThrow(/batchSize must be .* from 1 to 1000/);
  });

  test('refuses an empty template', () => {
    expect(() => planBatches({ assetIds: ['a'] }, { fileNameTemplate: '' })).toThrow(/fileNameTemplate/);
  });
});

describe('splitBatch', () => {
  test('halves across the kinds, and keeps every id once', () => {
    const [batch] = planBatches({ inferenceIds: ids(2, 'i'), modelIds: ids(3, 'm') });
    const halves = splitBatch(batch!);
    expect(halves?.map(({ query }) => [...query.assetIds, ...query.inferenceIds, ...query.modelIds])).toEqual([
      ['i_0', 'i_1', 'm_0'],
      ['m_1', 'm_2'],
    ]);
  });

  test('cuts asset ids as well', () => {
    const batch = {
      options: { fileNameTemplate: 'x' },
      query: { assetIds: ids(3), inferenceIds: ['i'], modelIds: ['m'] },
    };
    expect(splitBatch(batch)?.map(({ query }) => query)).toEqual([
      { assetIds: ids(3), inferenceIds: [], modelIds: [] },
      { assetIds: [], inferenceIds: ['i'], modelIds: ['m'] },
    ]);
  });

  test('cannot cut a single id', () => {
    expect(splitBatch(planBatches({ modelIds: ['m'] })[0]!)).toBeUndefined();
  });
});
