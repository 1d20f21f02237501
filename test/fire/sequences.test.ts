import { expect, it } from 'vitest';
import { runSequences, seedsOf } from '../../scripts/fuzz/run-sequences.js';

it('runs into one directory keep what others have saved, and what users have done in between', async () => {
  const { runs, findings } = await runSequences(seedsOf(3, 60));
  expect(findings).toEqual([]);
  expect(runs).toBeGreaterThan(200);
});
