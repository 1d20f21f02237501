import type { ErrorReport, SaveReport } from '../node/report/report.js';

/**
 * The exit codes of the command, for scripts and CI jobs. Only `later` tells a script to run the same command again,
 * with nothing changed.
 */
export const EXIT = {
  /** Everything that was requested has been saved. */
  done: 0,
  /** An error that the command does not know. */
  unexpected: 1,
  /** The command line, an input file or an environment variable cannot be used. Nothing was requested. */
  usage: 2,
  /** Something failed for good or is missing, or errors of several kinds occurred. */
  failed: 3,
  /** There are no credentials, or the API does not accept them (401). */
  credentials: 4,
  /** The network, 408, 425, 429, 5xx, or a job that was not ready in time. */
  later: 5,
  /** An archive or a file in it is damaged, or not safe to unpack. */
  integrity: 6,
  /** The destination cannot be written to: it is full, not writable, or used by another process. */
  disk: 7,
  /** Ctrl-C, or another signal that ends the process. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Returns the exit code for one error, by its code and, for an HTTP error, by its source and status. */
export function exitCodeOfError({ code, source, status }: Pick<ErrorReport, 'code' | 'source' | 'status'>): ExitCode {
  switch (code) {
    case 'INVALID_INPUT':
      return EXIT.usage;
    case 'HTTP_ERROR':
      return exitCodeOfStatus(source, status ?? 0);
    case 'NETWORK_ERROR':
    case 'JOB_TIMEOUT':
      return EXIT.later;
    case 'ARCHIVE_ERROR':
      return EXIT.integrity;
    case 'FILE_SYSTEM_ERROR':
    case 'DIRECTORY_BUSY':
      return EXIT.disk;
    case 'INVALID_RESPONSE':
    case 'BATCH_TOO_LARGE':
    case 'JOB_FAILED':
    case 'PARTIAL_DOWNLOAD':
      return EXIT.failed;
    default:
      return EXIT.unexpected;
  }
}

function exitCodeOfStatus(source: ErrorReport['source'], status: number): ExitCode {
  // File hosts never receive credentials, so a 401 from one does not mean that they are wrong.
  if (status === 401 && source !== 'file-host') return EXIT.credentials;
  return status === 408 || status === 425 || status === 429 || status >= 500 ? EXIT.later : EXIT.failed;
}

/**
 * Combines the exit codes of all errors in a finished run. If all errors are of one kind, the result is the code of
 * that kind, even if most of the run succeeded: a CI job that failed on a full disk or a busy server should say so.
 * Different kinds combine to `failed`, because no single remedy, and no repetition alone, fixes all of them.
 */
export function combineExitCodes(codes: Iterable<ExitCode>): ExitCode {
  const kinds = new Set(codes);
  kinds.delete(EXIT.done);
  const [only, ...others] = kinds;
  if (only === undefined) return EXIT.done;
  return others.length === 0 ? only : EXIT.failed;
}

/** Returns the exit code for a report of `saveAll`. A run with missing files is never a success. */
export function exitCodeOfReport(report: SaveReport): ExitCode {
  const errors = report.batches.flatMap(({ error, failed }) => [
    // If single files failed, the error of their batch only repeats one of theirs.
    ...(error !== undefined && failed.length === 0 ? [error] : []),
    ...failed.map((file) => file.error),
  ]);
  const code = combineExitCodes([...errors.map(exitCodeOfError), ...(report.missing.length > 0 ? [EXIT.failed] : [])]);
  return code === EXIT.done && !report.ok ? EXIT.failed : code;
}
