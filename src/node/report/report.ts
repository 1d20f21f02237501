import {
  ArchiveError,
  HttpError,
  ScenarioDownloadError,
  type ArchiveErrorReason,
  type ScenarioDownloadErrorCode,
} from '../../errors.js';
import { FileSystemError } from '../errors.js';
import type { RenameReason } from '../names/file-names.js';

/** What `saveAll` has done: plain JSON, without URLs. */
export interface SaveReport {
  schemaVersion: 1;
  /** Whether everything that was asked for is there and intact. */
  ok: boolean;
  /** Absolute. Every `path` below is relative to it, with `/` between folders. */
  directory: string;
  /** In the order of the plan. */
  batches: BatchReport[];
  /** Files that were not fetched. */
  skipped: SkippedFile[];
  /** Batches whose archive has fewer files than assets were asked for. */
  missing: Shortfall[];
  /** Files that are not called what the archive calls them. */
  renamed: RenamedFile[];
  warnings: SaveWarning[];
  totals: {
    /**
     * Files that are wanted, there and intact, those that were there before included. Archives are none: with
     * `extract: false` it is 0.
     */
    files: number;
    /** Their bytes. */
    bytes: number;
    /** How long it took. */
    seconds: number;
    /** Bytes that came over the network from file hosts. */
    receivedBytes: number;
  };
}

/** What became of one batch of the plan, or of a half of it. */
export interface BatchReport {
  /** Its place in the plan, from 0. */
  index: number;
  /** Which half of which half, when the server found the batch too large. */
  part: number[];
  /** Null when no job was requested. */
  jobId: string | null;
  /** `complete`: every wanted file of the archive is there. `partial`: some have failed. `failed`: see `error`. */
  status: 'complete' | 'partial' | 'failed';
  /** How many files the archive has; null when it was not read. */
  assets: number | null;
  /** Those that are wanted, there and intact. */
  files: SavedFile[];
  /** Where the archive itself was kept. */
  archive?: string;
  /** Files that could not be saved. */
  failed: FailedFile[];
  /** Why the batch as a whole, or the first of its files, failed. */
  error?: ErrorReport;
}

/** A file that is there and intact. */
export interface SavedFile {
  /** Below the directory. */
  path: string;
  bytes: number;
  /** As an unsigned number. */
  crc32: number;
}

/** A file that could not be saved. */
export interface FailedFile {
  /** As the archive calls it; an asset id where there is no archive. */
  entry: string;
  error: ErrorReport;
}

/** A file that was not fetched. */
export interface SkippedFile {
  path: string;
  /** `present`: it is there and intact. `excluded`: it was not wanted, and may be there all the same. */
  reason: 'present' | 'excluded';
}

/** A batch whose archive has fewer files than assets were asked for. */
export interface Shortfall {
  /** The place of the batch in the plan, from 0. */
  batch: number;
  part: number[];
  jobId: string;
  expected: number;
  received: number;
}

/** A file that is not called what the archive calls it, and why. */
export interface RenamedFile {
  /** As the archive calls it. */
  entry: string;
  path: string;
  reasons: RenameReason[];
}

/** What may be wrong though nothing failed. */
export interface SaveWarning {
  /**
   * `possibly-truncated`: the archive has as many files as a batch may have, so the server may have left some out.
   * `more-than-asked`: the archive has more files than assets were asked for.
   * `empty`: the archive has no files at all.
   * `replaced`: other content was where files were saved: of an earlier run's, what had been changed; with `force`, whatever
   * was there.
   */
  code: 'possibly-truncated' | 'more-than-asked' | 'empty' | 'replaced';
  /** The place of the batch in the plan, from 0. */
  batch: number;
  /** Which half of which half, when the server found the batch too large. */
  part: number[];
  message: string;
}

/** An error as JSON. */
export interface ErrorReport {
  /** Of a {@link ScenarioDownloadError}, else `UNEXPECTED`. */
  code: ScenarioDownloadErrorCode | 'UNEXPECTED';
  message: string;
  /** Of an HTTP answer: who gave it. */
  source?: HttpError['source'];
  /** Of an HTTP answer. */
  status?: number;
  /** How long the server wants to be left alone, in milliseconds, if it said so. */
  retryAfterMs?: number;
  /** Of an archive error. */
  reason?: ArchiveErrorReason;
  /** Of a file system error. */
  errno?: string;
}

export function reportError(error: unknown): ErrorReport {
  return {
    code: error instanceof ScenarioDownloadError ? error.code : 'UNEXPECTED',
    message: error instanceof Error ? error.message : String(error),
    ...(error instanceof HttpError && reportHttp(error)),
    ...(error instanceof ArchiveError && { reason: error.reason }),
    ...(error instanceof FileSystemError && { errno: error.errno }),
  };
}

function reportHttp({
  source,
  status,
  retryAfterMs,
}: HttpError): Pick<ErrorReport, 'source' | 'status' | 'retryAfterMs'> {
  return { source, status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
