import type { ProgressEvent } from '../progress.js';

/**
 * What happens to files, as it happens. Tell the events apart by `type`. `batch` is the place in the plan, from 0. None
 * of them holds a signed URL.
 */
export type FileEvent =
  /** The directory of an archive was read: this many files, with this many bytes unpacked. */
  | { type: 'archive-opened'; batch: number; jobId: string; files: number; bytes: number; ranges: boolean }
  /** Everything that was wanted of an archive is saved, now or by an earlier run, but for what has failed. */
  | { type: 'archive-done'; batch: number; jobId: string; files: number; failed: number }
  /** An archive was given up: it could not be fetched, or not be read. What was saved of it stays. */
  | { type: 'archive-failed'; batch: number; jobId: string; error: Error }
  /** An archive changed while it was fetched, and is read anew. */
  | { type: 'archive-changed'; batch: number; jobId: string }
  /** With `keepArchives` or `extract: false`: an archive is intact under its final name, below the directory. */
  | { type: 'archive-kept'; batch: number; jobId: string; path: string; bytes: number }
  /** A file is intact under its final name, below the directory. */
  | { type: 'file-saved'; path: string; bytes: number }
  /** A file is not fetched: it is there and intact, or was not wanted. */
  | { type: 'file-skipped'; path: string; reason: 'present' | 'excluded' }
  /** A file was damaged on its way and is fetched once more. `error` is why; only `file-failed` is final. */
  | { type: 'file-again'; entry: string; error: Error }
  /** A file was given up. */
  | { type: 'file-failed'; entry: string; error: Error }
  /** At most ten times a second: the bytes that have come, of those that are known to be needed so far. */
  | { type: 'transfer'; receivedBytes: number; expectedBytes: number; connections: number }
  /** A transfer broke and goes on after `delayMs`. `source` is a URL without its query. */
  | { type: 'transfer-retry'; source: string; reason: string; attempt: number; delayMs: number };

/** Everything that `saveAll` tells about. */
export type SaveEvent = ProgressEvent | FileEvent;
