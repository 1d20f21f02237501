import { expect, it } from 'vitest';
import { runSequences, seedsOf } from '../../scripts/fuzz/run-sequences.js';

/** Their seeds, as findings have named them. */
const WENT_WRONG = [
  283570889, 1046063934, 1090705064, 1167038254, 1489152340, 1820105898, 2044865353, 3050484050, 3096217020, 3138698730,
  3211573185, 3456320360, 3525089133,
];

it('runs into one directory keep what others have saved, and what users have done in between', async () => {
  const { runs, findings } = await runSequences(seedsOf(3, 60));
  expect(findings).toEqual([]);
  expect(runs).toBeGreaterThan(200);
});

it('sequences that once went wrong go well', async () => {
  const { findings } = await runSequences(WENT_WRONG);
  expect(findings).toEqual([]);
});
