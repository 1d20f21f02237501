import { expect, it } from 'vitest';
import { runKills } from '../../scripts/fuzz/run-kills.js';

it('a download that is killed at any moment goes on, loses nothing and fetches nothing twice', async () => {
  const { kills, findings } = await runKills(11, 4);
  expect(findings).toEqual([]);
  expect(kills).toBeGreaterThan(0);
});
