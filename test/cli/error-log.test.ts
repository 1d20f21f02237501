import { expect, test } from 'vitest';
import { createErrorLog } from '../../src/cli/error-log.js';

test('an asset that is given up is said once', () => {
  const log = createErrorLog();
  const error = new Error('gone');
  log.onProgress({ type: 'asset-failed', assetId: 'a', error });
  log.onProgress({ type: 'file-failed', entry: 'a', error });
  expect(log.stacks()).toEqual([expect.stringContaining('gone')]);
});

test('of many errors the first ten are said, and the others counted', () => {
  const log = createErrorLog();
  for (let at = 0; at < 12; at++) log.onProgress({ type: 'file-failed', entry: 'a', error: new Error(`no. ${at}`) });
  expect(log.stacks()).toHaveLength(11);
  expect(log.stacks().at(-1)).toBe('... and 2 more');
});
