import { splitBatch, type Batch } from './batches.js';
import type { Job } from './jobs.js';

/** A batch whose job was requested before, by this process or another one. */
export interface RequestedBatch {
  batch: Batch;
  job: Job;
}

/** A batch that waits for its turn. */
export interface PendingBatch {
  index: number;
  part: number[];
  batch: Batch;
  job: Job | undefined;
  /** How often the server has put it off. */
  refusals: number;
}

/** How often a batch is put off with 429, each time after all repetitions, before it is given up. */
const MAX_REFUSALS = 5;

/** What is to be done, and how much of it at once. */
export interface BatchQueue {
  take: () => PendingBatch | undefined;
  /** How many jobs may be under way now. */
  limit: () => number;
  /** Counts a batch as under way until the promise settles. */
  count: <Result>(work: Promise<Result>) => Promise<Result>;
  /** Takes note that a job got through, so that the limit may rise again. */
  noteSuccess: () => void;
  /** Puts back what the server refused because too much was under way; false when it did so too often. */
  putOff: (pending: PendingBatch) => boolean;
  /** Puts back a batch as two halves; false when it cannot be cut. */
  split: (pending: PendingBatch) => boolean;
}

/**
 * Takes batches from an iterable only when they are asked for. What is put back comes first, so that the order of the
 * plan is kept as far as possible.
 *
 * @param concurrency the highest limit
 */
export function createBatchQueue(batches: Iterable<Batch | RequestedBatch>, concurrency: number): BatchQueue {
  const source = readPending(batches);
  const putBack: PendingBatch[] = [];
  let underWay = 0;
  let limit = concurrency;
  let successes = 0;

  return {
    take: () => putBack.shift() ?? source.next().value,
    limit: () => limit,
    count(work) {
      underWay++;
      return work.finally(() => underWay--);
    },
    noteSuccess() {
      if (++successes % limit === 0) limit = Math.min(concurrency, limit + 1);
    },
    putOff(pending) {
      if (pending.refusals === MAX_REFUSALS) return false;
      // As many as are left are what the server allows: this one goes when one of them is done.
      limit = Math.max(1, underWay - 1);
      putBack.push({ ...pending, refusals: pending.refusals + 1 });
      return true;
    },
    split(pending) {
      const halves = splitBatch(pending.batch) ?? [];
      putBack.push(...halves.map((batch, half) => ({ ...pending, batch, part: [...pending.part, half] })));
      return halves.length > 0;
    },
  };
}

function* readPending(batches: Iterable<Batch | RequestedBatch>): Generator<PendingBatch, undefined> {
  let index = 0;
  for (const item of batches) {
    const { batch, job } = 'batch' in item ? item : { batch: item, job: undefined };
    yield { index: index++, part: [], batch, job, refusals: 0 };
  }
}
