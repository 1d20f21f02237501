import type { AssetOutcome } from './download-assets.js';
import type { BatchOutcome } from './download-batches.js';

/** The literal codes of {@link ScenarioDownloadError.code}, one a class. */
export type ScenarioDownloadErrorCode =
  | 'INVALID_INPUT'
  | 'HTTP_ERROR'
  | 'NETWORK_ERROR'
  | 'INVALID_RESPONSE'
  | 'BATCH_TOO_LARGE'
  | 'JOB_FAILED'
  | 'JOB_TIMEOUT'
  | 'ARCHIVE_ERROR'
  | 'FILE_SYSTEM_ERROR'
  | 'DIRECTORY_BUSY'
  | 'PARTIAL_DOWNLOAD';

/**
 * The base of every error that this package throws on purpose. Cancelling is not among them: it rejects with the
 * `reason` of the signal, as it is.
 *
 * No message, field or cause of it holds a credential or the query of a signed URL.
 */
export abstract class ScenarioDownloadError extends Error {
  /** Tells the classes apart where `instanceof` cannot, across bundles and in JSON. */
  abstract readonly code: ScenarioDownloadErrorCode;

  /** `details` become fields, for classes that declare them. */
  constructor(message: string, options?: ErrorOptions, details?: object) {
    super(message, options);
    this.name = new.target.name;
    Object.assign(this, details);
  }
}

/** Thrown before any request, when an argument, an option or an environment variable cannot be used. */
export class InvalidInputError extends ScenarioDownloadError {
  readonly code = 'INVALID_INPUT';
}

/** What an {@link HttpError} knows of the exchange. */
export interface HttpErrorDetails {
  /** Who answered: the Scenario API, or the host that a signed URL leads to. */
  source: 'api' | 'file-host';
  status: number;
  method: string;
  /** Without user info, query and fragment. */
  url: string;
  /** Undefined when the server sent none. */
  requestId?: string | undefined;
  /** The parsed JSON, else the text, cut at 2,000 characters; undefined when there was none. */
  body?: unknown;
  /** Milliseconds; undefined when the server sent no usable Retry-After. */
  retryAfterMs?: number | undefined;
}

/** Thrown when the server answered with an error status and repeating it was not allowed, or did not help. */
export class HttpError extends ScenarioDownloadError implements HttpErrorDetails {
  readonly code = 'HTTP_ERROR';
  declare readonly source: 'api' | 'file-host';
  declare readonly status: number;
  declare readonly method: string;
  declare readonly url: string;
  declare readonly requestId: string | undefined;
  declare readonly body: unknown;
  declare readonly retryAfterMs: number | undefined;

  constructor(message: string, details: HttpErrorDetails, options?: ErrorOptions) {
    super(message, options, details);
  }
}

/**
 * Thrown when no whole answer came: the connection failed, broke off, or took longer than the timeout. `cause` is what
 * the runtime said.
 */
export class NetworkError extends ScenarioDownloadError {
  readonly code = 'NETWORK_ERROR';
}

/** Thrown when the server answered with success, but not with what the operation promises. */
export class InvalidResponseError extends ScenarioDownloadError {
  readonly code = 'INVALID_RESPONSE';
}

/**
 * Thrown when the server says that a batch stands for too many assets and it cannot be cut further: it is one single
 * id. `cause` is the {@link HttpError}.
 */
export class BatchTooLargeError extends ScenarioDownloadError {
  readonly code = 'BATCH_TOO_LARGE';
}

/** Thrown when the server says that a job has failed or was canceled, or ended without a result. */
export class JobFailedError extends ScenarioDownloadError {
  readonly code = 'JOB_FAILED';
  declare readonly jobId: string;
  /** As the server put it. */
  declare readonly jobStatus: string;

  constructor(message: string, details: { jobId: string; jobStatus: string }, options?: ErrorOptions) {
    super(message, options, details);
  }
}

/** What a {@link JobTimeoutError} knows of the wait. */
export interface JobTimeoutDetails {
  jobId: string;
  /** How long this call waited, in milliseconds. */
  waitedMs: number;
  /** How often it asked. */
  polls: number;
  /** The status of the last answer; undefined when there was none. */
  lastStatus?: string | undefined;
}

/** Thrown when a job was not ready in time. It goes on: hand `{ jobId }` to `waitForJob` to wait for it again. */
export class JobTimeoutError extends ScenarioDownloadError implements JobTimeoutDetails {
  readonly code = 'JOB_TIMEOUT';
  declare readonly jobId: string;
  declare readonly waitedMs: number;
  declare readonly polls: number;
  declare readonly lastStatus: string | undefined;

  constructor(message: string, details: JobTimeoutDetails, options?: ErrorOptions) {
    super(message, options, details);
  }
}

/** What is wrong with an archive, for programs: see {@link ArchiveError.reason}. */
export type ArchiveErrorReason =
  | 'not-a-zip'
  | 'truncated'
  | 'encrypted'
  | 'unsupported-method'
  | 'unsafe-name'
  | 'symlink'
  | 'overlap'
  | 'too-many-entries'
  | 'too-large'
  | 'ratio'
  | 'size-mismatch'
  | 'crc-mismatch'
  | 'invalid-data'
  | 'changed';

/** Thrown or reported when an archive, or one entry of it, is damaged, hostile or not supported. */
export class ArchiveError extends ScenarioDownloadError {
  readonly code = 'ARCHIVE_ERROR';
  /** Which archive: a file's path, or the URL without its query. */
  declare readonly path: string;
  /** The name of the entry as the archive gives it; undefined when the archive as a whole is meant. */
  declare readonly entry: string | undefined;
  declare readonly reason: ArchiveErrorReason;

  constructor(
    message: string,
    details: { path: string; entry?: string | undefined; reason: ArchiveErrorReason },
    options?: ErrorOptions,
  ) {
    super(message, options, details);
  }
}

/** What became of one batch or asset. */
export type DownloadOutcome = BatchOutcome | AssetOutcome;

/** Thrown by `downloadAll` when some of it failed. What did not fail is there, too, and can be fetched. */
export class PartialDownloadError extends ScenarioDownloadError {
  readonly code = 'PARTIAL_DOWNLOAD';
  /** All of them in the order of the plan. The ready ones hold signed URLs, so do not log them. */
  declare readonly outcomes: DownloadOutcome[];

  /** `cause` becomes the error of the first that failed. */
  constructor(outcomes: DownloadOutcome[]) {
    const failed = outcomes.filter((outcome) => outcome.status === 'failed');
    const cause = failed[0]?.error;
    super(`${failed.length} of ${outcomes.length} downloads failed: ${cause?.message}`, { cause });
    // Not enumerable, so that printing the error does not print the URLs.
    Object.defineProperty(this, 'outcomes', { value: outcomes });
  }
}

/** What was thrown, as an error. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
