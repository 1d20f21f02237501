import type { AssetOutcome } from './download-assets.js';
import type { BatchOutcome } from './download-batches.js';

/** The values of {@link ScenarioDownloadError.code}, one for each class. */
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
 * The base class of every error that this package throws on purpose. Cancellation is not one of them: it rejects with
 * the unchanged `reason` of the signal.
 *
 * Neither the messages, nor the fields or causes of these errors contain credentials or the query of a signed URL. The
 * one exception is {@link PartialDownloadError.outcomes}.
 */
export abstract class ScenarioDownloadError extends Error {
  /** Identifies the class where `instanceof` does not work: across bundles and in JSON. */
  abstract readonly code: ScenarioDownloadErrorCode;

  /** The properties of `details` become fields of the error. Subclasses declare them. */
  constructor(message: string, options?: ErrorOptions, details?: object) {
    super(message, options);
    this.name = new.target.name;
    Object.assign(this, details);
  }
}

/** Thrown before any request if an argument, an option or an environment variable is unusable. */
export class InvalidInputError extends ScenarioDownloadError {
  readonly code = 'INVALID_INPUT';
}

/** The fields of an {@link HttpError}, which describe the request and the response. */
export interface HttpErrorDetails {
  /** The server that responded: the Scenario API, or the host of a signed URL. */
  source: 'api' | 'file-host';
  status: number;
  method: string;
  /** The URL of the request, without user info, query and fragment. */
  url: string;
  /** The request id that the server sent; undefined if it sent none. */
  requestId?: string | undefined;
  /**
   * The parsed JSON of the response body, or its text if it is not JSON. A body of more than 2,000 characters is text,
   * cut at that length. Undefined if there was no body, and for a file host.
   */
  body?: unknown;
  /** The Retry-After of the response, in milliseconds; undefined if the server sent no usable one. */
  retryAfterMs?: number | undefined;
}

/** Thrown if the server responded with an error status and a retry was not allowed or did not help. */
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
 * Thrown if no complete response was received: the connection failed, was interrupted, or took longer than the timeout.
 * `cause` is the error of the runtime, if there was one.
 */
export class NetworkError extends ScenarioDownloadError {
  readonly code = 'NETWORK_ERROR';
}

/** Thrown if the server reported success, but the response is not what the operation promises. */
export class InvalidResponseError extends ScenarioDownloadError {
  readonly code = 'INVALID_RESPONSE';
}

/**
 * Thrown if the server says that a batch stands for too many assets, and the batch cannot be split because it has only
 * a single id. `cause` is the {@link HttpError}.
 */
export class BatchTooLargeError extends ScenarioDownloadError {
  readonly code = 'BATCH_TOO_LARGE';
}

/** Thrown if the server says that a job has failed or was canceled, or has succeeded without a result. */
export class JobFailedError extends ScenarioDownloadError {
  readonly code = 'JOB_FAILED';
  declare readonly jobId: string;
  /** The status as the server sent it. */
  declare readonly jobStatus: string;

  constructor(message: string, details: { jobId: string; jobStatus: string }, options?: ErrorOptions) {
    super(message, options, details);
  }
}

/** The fields of a {@link JobTimeoutError}, which describe the wait. */
export interface JobTimeoutDetails {
  jobId: string;
  /** How long this call waited, in milliseconds. */
  waitedMs: number;
  /** How many status requests it sent. */
  polls: number;
  /** The last status that was received; undefined if there was none. */
  lastStatus?: string | undefined;
}

/**
 * Thrown if a job was not ready in time. The job goes on at the server: pass `{ jobId }` to `waitForJob` to wait for it
 * again.
 */
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

/** The machine-readable reason of an {@link ArchiveError}. */
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

/** Thrown or reported if an archive, or one of its entries, is damaged, malicious or not supported. */
export class ArchiveError extends ScenarioDownloadError {
  readonly code = 'ARCHIVE_ERROR';
  /** The archive: the path of a file, or a URL without its query. */
  declare readonly path: string;
  /** The name of the entry as it is in the archive; undefined if the error concerns the archive as a whole. */
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

/** The outcome of one batch or asset. */
export type DownloadOutcome = BatchOutcome | AssetOutcome;

/** Thrown by `downloadAll` if any download failed. The successful ones are in `outcomes` and can be fetched. */
export class PartialDownloadError extends ScenarioDownloadError {
  readonly code = 'PARTIAL_DOWNLOAD';
  /** All outcomes in the order of the plan. The ready ones contain signed URLs, so do not log them. */
  declare readonly outcomes: DownloadOutcome[];

  /** Sets `cause` to the error of the first failed outcome. */
  constructor(outcomes: DownloadOutcome[]) {
    const failed = outcomes.filter((outcome) => outcome.status === 'failed');
    const cause = failed[0]?.error;
    super(`${failed.length} of ${outcomes.length} downloads failed: ${cause?.message}`, { cause });
    // Not enumerable, so that printing the error does not print the URLs.
    Object.defineProperty(this, 'outcomes', { value: outcomes });
  }
}

/** Returns a thrown value as an Error. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
