import { createHash } from 'node:crypto';
import { splitBatch, type Batch } from '../batches.js';
import type { BatchRecord } from './journal/journal.js';

/** A batch of this run, or a half of one. */
export interface PlannedBatch {
  /** What the journal calls it. A half's begins with that of its whole. */
  key: string;
  /** The place in the plan, from 0. */
  index: number;
  /** Which half of which half, when the server found the whole too large. */
  part: number[];
  batch: Batch;
}

/**
 * The key of a batch of the plan: the same for the same request.
 *
 * @param apiHost of the API that is asked, where it is not that of the spec: its files are others
 */
export function batchKey({ options, query }: Batch, apiHost?: string): string {
  const { fileNameTemplate, flat = null } = options;
  const { assetIds, inferenceIds, modelIds } = query;
  const request = [fileNameTemplate, flat, assetIds, inferenceIds, modelIds];
  const canonical = JSON.stringify(apiHost === undefined ? request : [...request, apiHost]);
  return createHash('sha256').update(canonical).digest('hex').slice(0, 32);
}

/** The key of a half of the batch `whole`; of no part, `whole` itself. */
export function partKey(whole: string, { batch, part }: Pick<PlannedBatch, 'batch' | 'part'>): string {
  return part.length === 0 ? whole : `${whole}/${batchKey(batch)}`;
}

/** A half of a half of a batch; of no part, itself. */
export function partOf(batch: Batch, part: readonly number[]): Batch {
  return part.reduce((whole, half) => splitBatch(whole)?.[half] ?? whole, batch);
}

/** The key of the batch of the plan that a key belongs to: of a half, or of an archive that was kept. */
export function wholeOf(key: string): string {
  return key.split('/', 1)[0] ?? key;
}

/** Whether the journal knows more of a batch than files that were saved before it was forgotten. */
export function isAskedFor(record: BatchRecord | undefined): boolean {
  return record?.job !== undefined || record?.archive !== undefined;
}

/**
 * The batches to ask for in place of one of the plan: itself, or, where an earlier run found it too large, the halves
 * that the journal knows.
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
