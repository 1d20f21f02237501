import {
  ArchiveError,
  HttpError,
  ScenarioDownloadError,
  type ArchiveErrorReason,
  type ScenarioDownloadErrorCode,
} from '../../errors.js';
import { FileSystemError } from '../errors.js';
import type { RenameReason } from '../names/file-names.js';

/** The result of `saveAll` as plain JSON, without URLs. */
export interface SaveReport {
  schemaVersion: 1;
  /** Whether everything that was requested is there and intact. */
  ok: boolean;
  /** The absolute path of the directory. Every other path is relative to it, with `/` between folders. */
  directory: string;
  /** The outcomes of the batches, in the order of the plan. */
  batches: BatchReport[];
  /** Files that were not fetched, because they were already there or excluded. */
  skipped: SkippedFile[];
  /** Batches whose archive has fewer files than assets were requested. */
  missing: Shortfall[];
  /** Files whose path differs from their name in the archive. */
  renamed: RenamedFile[];
  warnings: SaveWarning[];
  totals: {
    /**
     * The number of wanted files that are there and intact, including those that were there before. Archives do not
     * count: with `extract: false` this is 0.
     */
    files: number;
    /** The total size of these files in bytes. */
    bytes: number;
    /** The duration of the call in seconds. */
    seconds: number;
    /** The number of bytes received from file hosts. */
    receivedBytes: number;
  };
}

/** The outcome of a batch of the plan or, if it was split, of one of its parts. */
export interface BatchReport {
  /** The index of the batch in the plan, from 0. */
  index: number;
  /**
   * If the server found the batch too large and it was split: which half this is (0 or 1), then which half of that
   * half, and so on. Otherwise empty.
   */
  part: number[];
  /** The id of the job; null if none was requested. */
  jobId: string | null;
  /** `complete`: all wanted files of the archive are there. `partial`: some have failed. `failed`: see `error`. */
  status: 'complete' | 'partial' | 'failed';
  /** How many files the archive has; null if it was not read. */
  assets: number | null;
  /** The wanted files that are there and intact. */
  files: SavedFile[];
  /** The path of the archive, if it was kept. */
  archive?: string;
  /** Files that could not be saved. */
  failed: FailedFile[];
  /** Why the batch as a whole, or the first of its files, failed. */
  error?: ErrorReport;
}

/** A file that is there and intact. */
export interface SavedFile {
  /** Relative to the directory. */
  path: string;
  bytes: number;
  /** An unsigned integer. */
  crc32: number;
}

/** A file that could not be saved. */
export interface FailedFile {
  /** The name in the archive, or the asset id if there is no archive. */
  entry: string;
  error: ErrorReport;
}

/** A file that was not fetched. */
export interface SkippedFile {
  path: string;
  /** `present`: it is already there and intact. `excluded`: it was not wanted; an earlier run may have saved it. */
  reason: 'present' | 'excluded';
}

/** A batch whose archive has fewer files than assets were requested. */
export interface Shortfall {
  /** The index of the batch in the plan, from 0. */
  batch: number;
  /** See {@link BatchReport.part}. */
  part: number[];
  jobId: string;
  expected: number;
  received: number;
}

/** A file whose path differs from its name in the archive, and why. */
export interface RenamedFile {
  /** The name in the archive. */
  entry: string;
  path: string;
  reasons: RenameReason[];
}

/** A possible problem that is not an error. */
export interface SaveWarning {
  /**
   * `possibly-truncated`: the archive has as many files as a batch may have, so the server may have left some out.
   * `more-than-asked`: the archive has more files than assets were requested.
   * `empty`: the archive has no files at all.
   * `replaced`: files with other content were replaced: files of an earlier run that had been changed or, with `force`,
   * any files.
   */
  code: 'possibly-truncated' | 'more-than-asked' | 'empty' | 'replaced';
  /** The index of the batch in the plan, from 0. */
  batch: number;
  /** See {@link BatchReport.part}. */
  part: number[];
  message: string;
}

/** An error as JSON. */
export interface ErrorReport {
  /** The code of a {@link ScenarioDownloadError}; `UNEXPECTED` for any other error. */
  code: ScenarioDownloadErrorCode | 'UNEXPECTED';
  message: string;
  /** For an HTTP error: whether the response came from the API or from a file host. */
  source?: HttpError['source'];
  /** For an HTTP error: the status code of the response. */
  status?: number;
  /** For an HTTP error: how long the server asked to wait before the next request, in milliseconds, if it did. */
  retryAfterMs?: number;
  /** For an archive error: what is wrong with the archive. */
  reason?: ArchiveErrorReason;
  /** For a file system error: the errno code, such as `ENOSPC`. */
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
