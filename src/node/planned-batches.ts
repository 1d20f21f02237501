import { createHash } from 'node:crypto';
import { splitBatch, type Batch } from '../batches.js';
import type { BatchRecord } from './journal/journal.js';

/** A batch of this run, or a part of one that was split. */
export interface PlannedBatch {
  /** The key of the batch in the journal. The key of a part begins with the key of the whole batch. */
  key: string;
  /** The index in the plan, from 0. */
  index: number;
  /** Which half (0 or 1), then which half of that half, and so on. Empty for a batch that was not split. */
  part: number[];
  batch: Batch;
}

/**
 * Computes the key of a batch of the plan, which is the same for the same request.
 *
 * @param apiHost the API host if it is not the one of the spec, because it has different files for the same ids
 */
export function batchKey({ options, query }: Batch, apiHost?: string): string {
  const { fileNameTemplate, flat = null } = options;
  const { assetIds, inferenceIds, modelIds } = query;
  const request = [fileNameTemplate, flat, assetIds, inferenceIds, modelIds];
  const canonical = JSON.stringify(apiHost === undefined ? request : [...request, apiHost]);
  return createHash('sha256').update(canonical).digest('hex').slice(0, 32);
}

/** Returns the key of a part of the batch `whole`, or `whole` if `part` is empty. */
export function partKey(whole: string, { batch, part }: Pick<PlannedBatch, 'batch' | 'part'>): string {
  return part.length === 0 ? whole : `${whole}/${batchKey(batch)}`;
}

/** Splits a batch repeatedly to get the given part. Returns the batch itself if `part` is empty. */
export function partOf(batch: Batch, part: readonly number[]): Batch {
  return part.reduce((whole, half) => splitBatch(whole)?.[half] ?? whole, batch);
}

/** Returns the key of the whole batch, given the key of that batch, of a part of it, or of its kept archive. */
export function wholeOf(key: string): string {
  return key.split('/', 1)[0] ?? key;
}

/** Whether the journal has a job or an archive of a batch, and not just files saved before it was forgotten. */
export function isAskedFor(record: BatchRecord | undefined): boolean {
  return record?.job !== undefined || record?.archive !== undefined;
}

/**
 * Returns the batches to request for a batch of the plan: the batch itself or, if it was split in an earlier run, the
 * parts that the journal knows.
 */
export function expandBatch(
  index: number,
  whole: string,
  batch: Batch,
  records: ReadonlyMap<string, BatchRecord>,
  wasSplit: boolean,
): PlannedBatch[] {
  const expand = (half: Batch, part: number[]): { batches: PlannedBatch[]; isKnown: boolean } => {
    const key = partKey(whole, { batch: half, part });
    const own = { batches: [{ key, index, part, batch: half }], isKnown: isAskedFor(records.get(key)) };
    const halves = own.isKnown || !wasSplit ? undefined : splitBatch(half);
    if (halves === undefined) return own;
    const [first, second] = [expand(halves[0], [...part, 0]), expand(halves[1], [...part, 1])];
    if (!first.isKnown && !second.isKnown) return own;
    return { batches: [...first.batches, ...second.batches], isKnown: true };
  };
  return expand(batch, []).batches;
}
