import type { Batch } from './batches.js';

/**
 * An event that is reported while it happens. `type` tells the events apart. None of them contains a signed URL or a
 * credential. Durations are in milliseconds.
 *
 * `index` is the position of the batch in the plan, from 0. `part` is the part of the batch, if the server found it too
 * large: `[]` is the whole batch, `[1]` is its second half, and `[1, 0]` is the first half of that half. `elapsedMs` is
 * the time since the job was requested.
 */
export type ProgressEvent =
  /** A batch was accepted: the response of `downloadRequestBatch` has a job. */
  | { type: 'batch-requested'; index: number; part: number[]; batch: Batch; jobId: string }
  /** A status request (`downloadGetStatus`) did not end the wait. `nextPollMs` is the pause before the next one. */
  | {
      type: 'batch-waiting';
      index: number;
      part: number[];
      jobId: string;
      jobStatus: string;
      elapsedMs: number;
      nextPollMs: number;
    }
  /** The archive of a batch is ready. */
  | { type: 'batch-ready'; index: number; part: number[]; jobId: string; elapsedMs: number }
  /** The server said that a batch is too large, and it was split into this number of `parts`. */
  | { type: 'batch-split'; index: number; part: number[]; parts: number }
  /** A batch has failed. `jobId` is missing if no job was created. */
  | { type: 'batch-failed'; index: number; part: number[]; jobId?: string | undefined; error: Error }
  /** The server refused a request with 429 and asked for a pause. The request is repeated after `delayMs`. */
  | { type: 'put-off'; delayMs: number }
  /** The URL of one asset was received (`downloadRequest`). */
  | { type: 'asset-ready'; assetId: string }
  /** An asset has failed. */
  | { type: 'asset-failed'; assetId: string; error: Error }
  /**
   * A request is retried after `delayMs`; `attempt` counts the retries from 1. `status` is missing if no complete
   * response was received. Only the `onProgress` option of the client receives this event.
   */
  | { type: 'retry'; operation: string; attempt: number; delayMs: number; status?: number | undefined };

/** Calls the listener and ignores its errors. */
export function emit<Event>(listener: ((event: Event) => void) | undefined, event: Event): void {
  // A faulty listener must not make a download fail, whether it throws or returns a promise that rejects.
  new Promise((resolve) => resolve(listener?.(event))).catch(() => {});
}
