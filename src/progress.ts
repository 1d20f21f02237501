import type { Batch } from './batches.js';

/**
 * What happens, as it happens. Tell the events apart by `type`. None of them holds a signed URL or a credential.
 *
 * `index` is the place of the batch in the plan, from 0; `part` says which half of which half, when the server found it
 * too large: `[]`, `[0]`, `[1, 0]`.
 */
export type ProgressEvent =
  /** A batch was accepted: `downloadRequestBatch` answered with a job. */
  | { type: 'batch-requested'; index: number; part: number[]; batch: Batch; jobId: string }
  /** `downloadGetStatus` answered and the job goes on. `nextPollMs` is when it will be asked again. */
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
  /** The server said that a batch is too large; it goes on as `parts` smaller ones. */
  | { type: 'batch-split'; index: number; part: number[]; parts: number }
  /** A batch was given up. */
  | { type: 'batch-failed'; index: number; part: number[]; jobId?: string | undefined; error: Error }
  /** The server has had enough, and wants to be left alone: what it refused is requested again after `delayMs`. */
  | { type: 'put-off'; delayMs: number }
  /** `downloadRequest` answered with the URL of one asset. */
  | { type: 'asset-ready'; assetId: string }
  /** An asset was given up. */
  | { type: 'asset-failed'; assetId: string; error: Error }
  /**
   * A request will be repeated after `delayMs`. `status` is missing when no answer came. Only the `onProgress` of the
   * client hears of it.
   */
  | { type: 'retry'; operation: string; attempt: number; delayMs: number; status?: number | undefined };

/** Calls the listener; what it throws changes nothing. */
export function emit<Event>(listener: ((event: Event) => void) | undefined, event: Event): void {
  // A listener only watches: a fault in it must not cost anyone a download, be it now or later.
  new Promise((resolve) => resolve(listener?.(event))).catch(() => {});
}
