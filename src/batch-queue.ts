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

/** What is to be done, and how much of it at once. */
export interface BatchQueue {
  take(): PendingBatch | undefined;
  /** How many jobs may be under way now. */
  limit(): number;
  /** Takes note that a job got through, so that the limit may rise again. */
  noteSuccess(): void;
  /** Puts back what the server refused because too much was under way. `underWay` counts it, too. */
  putOff(pending: PendingBatch, underWay: number): void;
  /** Puts back a batch as two halves; false when it cannot be cut. */
  split(pending: PendingBatch): boolean;
}

/**
 * Takes batches from an iterable only when they are asked for. What is put back comes first, so that the order of the
 * plan is kept as far as possible.
 *
 * @param concurrency the highest limit
 */
export function createBatchQueue(batches: Iterable<Batch | RequestedBatch>, concurrency: number): BatchQueue {
  const source = batches[Symbol.iterator]();
  const putBack: PendingBatch[] = [];
  let index = 0;
  let limit = concurrency;
  let successes = 0;

  return {
    take() {
      const first = putBack.shift();
      if (first) return first;
      const next = source.next();
      if (next.done) return undefined;
      const { batch, job } = 'batch' in next.value ? next.value : { batch: next.value, job: undefined };
      return { index: index++, part: [], batch, job, refusals: 0 };
    },
    limit: () => limit,
    noteSuccess() {
      if (++successes % limit === 0) limit = Math.min(concurrency, limit + 1);
    },
    putOff(pending, underWay) {
      // As many as are left are what the server allows: this one goes when one of them is done.
      limit = Math.max(1, underWay - 1);
      putBack.push({ ...pending, refusals: pending.refusals + 1 });
    },
    split(pending) {
      const halves = splitBatch(pending.batch);
      if (!halves) return false;
      putBack.push(...halves.map((batch, half) => ({ ...pending, batch, part: [...pending.part, half] })));
      return true;
    },
  };
}
