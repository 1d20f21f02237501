import type { ProgressEvent } from '../progress.js';

/**
 * An event about archives, files or transfers, identified by its `type`. `batch` is the index of the batch in the plan,
 * from 0. No event contains a signed URL.
 */
export type FileEvent =
  /** The central directory of an archive was read. `files` and `bytes` give the number and unpacked size of files. */
  | { type: 'archive-opened'; batch: number; jobId: string; files: number; bytes: number; ranges: boolean }
  /** All wanted files of an archive have been saved, now or by an earlier run, except those that failed. */
  | { type: 'archive-done'; batch: number; jobId: string; files: number; failed: number }
  /** An archive was given up, because it could not be fetched or read. Files already saved from it are kept. */
  | { type: 'archive-failed'; batch: number; jobId: string; error: Error }
  /** An archive changed while it was being fetched, and is read again from the start. */
  | { type: 'archive-changed'; batch: number; jobId: string }
  /** With `keepArchives` or `extract: false`: an archive was saved at `path`, relative to the directory. */
  | { type: 'archive-kept'; batch: number; jobId: string; path: string; bytes: number }
  /** A file was verified and saved at `path`, relative to the directory. */
  | { type: 'file-saved'; path: string; bytes: number }
  /** A file is not fetched, because it is already there and intact (`present`) or not wanted (`excluded`). */
  | { type: 'file-skipped'; path: string; reason: 'present' | 'excluded' }
  /** A file arrived damaged, as `error` says, and is fetched again. Only `file-failed` is final. */
  | { type: 'file-again'; entry: string; error: Error }
  /** A file was given up. */
  | { type: 'file-failed'; entry: string; error: Error }
  /** Sent at most ten times a second: the bytes received so far, and the bytes known to be needed so far. */
  | { type: 'transfer'; receivedBytes: number; expectedBytes: number; connections: number }
  /** A transfer was interrupted and is retried after `delayMs`. `source` is a URL without its query. */
  | { type: 'transfer-retry'; source: string; reason: string; attempt: number; delayMs: number };

/** Any event that `saveAll` reports. */
export type SaveEvent = ProgressEvent | FileEvent;
