/** Plans the batches of a million ids, and tells what that took. */
import { planBatches } from '../../../src/batches.js';

export interface PlanResult {
  batches: number;
  ids: number;
  milliseconds: number;
  /** The most memory that the process has had, in bytes. */
  peakBytes: number;
}

function* idsUpTo(count: number): Generator<string> {
  for (let at = 0; at < count; at++) yield `asset_${String(at).padStart(7, '0')}_GTrL3mq4SXWy`;
}

const startedAt = performance.now();
const batches = planBatches({ assetIds: idsUpTo(1_000_000) });
const result: PlanResult = {
  batches: batches.length,
  ids: batches.reduce((sum, { query }) => sum + query.assetIds.length, 0),
  milliseconds: Math.round(performance.now() - startedAt),
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
console.log(JSON.stringify(result));
