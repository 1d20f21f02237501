import type { ErrorReport, SaveReport } from '../node/report/report.js';

/**
 * What the command ends with, for scripts and CI jobs. Only `later` is worth the same command again with nothing
 * changed.
 */
export const EXIT = {
  /** Everything that was asked for is there. */
  done: 0,
  /** Nobody foresaw it. */
  unexpected: 1,
  /** The command line, an input file or an environment variable cannot be used. Nothing was requested. */
  usage: 2,
  /** Something is missing for good, or several kinds of trouble came together. */
  failed: 3,
  /** There are no credentials, or the API does not accept them (401). */
  credentials: 4,
  /** The network, 408, 425, 429, 5xx, or a job that was not ready in time. */
  later: 5,
  /** An archive or a file in it is damaged, or not safe to unpack. */
  integrity: 6,
  /** The disk or the destination refuses: full, not writable, used by another process. */
  disk: 7,
  /** Ctrl-C, or a signal that ends processes. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit code for one error, by its code and, for an answer of a server, whose it is and its status. */
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
  // No credential ever reaches a file host, so it cannot have refused one.
  if (status === 401 && source !== 'file-host') return EXIT.credentials;
  return status === 408 || status === 425 || status === 429 || status >= 500 ? EXIT.later : EXIT.failed;
}

/**
 * The exit code for everything that went wrong in a run that came to its end. Trouble of one kind has the code of its
 * kind, however much of it there is and however much else went well: a job that failed on a full disk or on a busy
 * server should say so. Different kinds together are `failed`, since no single remedy, and no mere repetition, helps
 * with all of them.
 */
export function combineExitCodes(codes: Iterable<ExitCode>): ExitCode {
  const kinds = new Set(codes);
  kinds.delete(EXIT.done);
  const [only, ...others] = kinds;
  if (only === undefined) return EXIT.done;
  return others.length === 0 ? only : EXIT.failed;
}

/** The exit code for what `saveAll` has reported. A shortfall is never a success. */
export function exitCodeOfReport(report: SaveReport): ExitCode {
  const errors = report.batches.flatMap(({ error, failed }) => [
    // The error of a batch of which only files have failed is one of theirs.
    ...(error !== undefined && failed.length === 0 ? [error] : []),
    ...failed.map((file) => file.error),
  ]);
  const code = combineExitCodes([...errors.map(exitCodeOfError), ...(report.missing.length > 0 ? [EXIT.failed] : [])]);
  return code === EXIT.done && !report.ok ? EXIT.failed : code;
}
