import { reportError, type ErrorReport } from '../node/report/report.js';
import { isRedirect } from '../unwrap.js';
import { CommandError } from './command-error.js';
import { EXIT, exitCodeOfError, type ExitCode } from './exit-codes.js';
import { formatSeconds } from './numbers.js';

/** An error as it is explained to the user. */
export interface Explanation {
  /** The error code in the `--json` document. */
  code: string;
  /** What happened, in one sentence. */
  message: string;
  /** What to do about it, in one or more sentences. */
  advice: string;
  exitCode: ExitCode;
}

/** Explains an error: what happened, what to do about it, and the exit code. */
export function explainError(error: unknown): Explanation {
  if (error instanceof CommandError) {
    const { code, message, advice, exitCode } = error;
    return { code, message, advice, exitCode };
  }
  if (isWithoutDirectory(error)) {
    return {
      code: 'FILE_SYSTEM_ERROR',
      message: 'The working directory is gone: it was removed, or is no longer there for this process.',
      advice: 'Change into a folder that there is, and run the same command again.',
      exitCode: EXIT.disk,
    };
  }
  return explainReport(reportError(error));
}

/** Whether the working directory no longer exists. Node then throws when it resolves a relative path. */
function isWithoutDirectory(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd';
}

/** Explains an error that is only known from a report. */
export function explainReport(report: ErrorReport): Explanation {
  return {
    code: report.code,
    // A message that embeds another may end with two full stops, or with a line break before the last one. A server's
    // text may contain more line breaks.
    message: report.message
      .replace(ADVICE_FOR_PROGRAMS, '')
      .replace(/\s+\.$/, '.')
      .replace(/([^.])\.\.$/, '$1.')
      .replace(/\s*[\r\n\u2028\u2029]\s*/g, ' '),
    advice: adviceOn(report),
    exitCode: exitCodeOfError(report),
  };
}

/** Matches the advice in the package's own messages. It is meant for programs, and the command has its own advice. */
const ADVICE_FOR_PROGRAMS = / It goes on: wait again.*$/;

function adviceOn({ code, message, source, status = 0, retryAfterMs, errno = '' }: ErrorReport): string {
  switch (code) {
    case 'HTTP_ERROR':
      return source === 'file-host' ? adviceOnFileHost(status) : adviceOnStatus(status, retryAfterMs);
    case 'NETWORK_ERROR':
      return adviceOnNetwork(message);
    case 'JOB_TIMEOUT':
      return 'The job goes on: run the same command again later, which picks it up, or wait longer with --timeout.';
    case 'INVALID_INPUT':
      return 'Correct it, and see --help for what is possible.';
    case 'ARCHIVE_ERROR':
      return 'Run the same command again with --force, which has the archive made anew.';
    case 'DIRECTORY_BUSY':
      return 'Wait until the other process is done, or save into another folder with --out.';
    case 'FILE_SYSTEM_ERROR':
      return adviceOnDisk(errno);
    case 'BATCH_TOO_LARGE':
      return 'Name what you want of it by smaller ids: inferences instead of a model, or assets.';
    case 'JOB_FAILED':
      return 'Run the same command again, which requests a new job; what is there already is kept.';
    case 'INVALID_RESPONSE':
      return 'Check SCENARIO_BASE_URL and HTTPS_PROXY: what answered does not seem to be the API or its host of files.';
    default:
      return 'This is a fault of the command: run it again with --debug and report what it says.';
  }
}

function adviceOnStatus(status: number, retryAfterMs?: number): string {
  switch (status) {
    case 401:
      return 'Check SCENARIO_SDK_API_KEY and SCENARIO_SDK_API_SECRET: the API does not accept them.';
    case 403:
      return 'Give the API key the scope that it lacks, or leave out what belongs to another team.';
    case 404:
      return 'Check SCENARIO_BASE_URL, if it is set, and the id.';
    case 429:
      return retryAfterMs === undefined
        ? 'Too much was asked for at once: run the same command again later, or with a lower --concurrency.'
        : `Too much was asked for: run the same command again in ${formatSeconds(retryAfterMs / 1000)}.`;
    default:
      if (isRedirect(status)) return 'Check SCENARIO_BASE_URL: the API does not redirect.';
      return exitCodeOfError({ code: 'HTTP_ERROR', status }) === EXIT.later
        ? 'The server is in trouble: run the same command again later.'
        : 'Check what was asked for: the server will not answer otherwise next time.';
  }
}

/** Returns advice for an error of a file host. By then, the host has refused fresh URLs as well. */
function adviceOnFileHost(status: number): string {
  return exitCodeOfError({ code: 'HTTP_ERROR', source: 'file-host', status }) === EXIT.later
    ? 'The host of the files is in trouble: run the same command again later, which goes on from here.'
    : 'The host of the files refuses a URL that the API has just made: run the same command again, with --force if that does not help.';
}

/** Returns advice for a network error. A report contains no cause, so the kind of error is read from the message. */
function adviceOnNetwork(message: string): string {
  if (/certificate/i.test(message))
    return 'If your network has a certificate authority of its own, name its file in NODE_EXTRA_CA_CERTS.';
  if (/through the proxy/.test(message)) return 'Check HTTPS_PROXY and NO_PROXY.';
  if (/wrong version number|packet length too long/.test(message))
    return 'Check SCENARIO_BASE_URL: what answers there does not speak https.';
  return 'Check the network, SCENARIO_BASE_URL and HTTPS_PROXY, and run the same command again.';
}

function adviceOnDisk(errno: string): string {
  switch (errno) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'Make room, or save onto another disk with --out, and run the command again: what is saved stays.';
    case 'EMFILE':
    case 'ENFILE':
      return 'Allow more open files (ulimit -n), and run the same command again.';
    case 'EEXIST':
    case 'EISDIR':
    case 'ENOTDIR':
      return 'Move it out of the way, or choose another folder with --out.';
    case 'EBUSY':
      return 'Close it in the other program, or make it writable, and run the same command again.';
    case 'ENAMETOOLONG':
      return 'Choose a folder with a shorter path with --out.';
    default:
      return 'Make the folder writable, or choose another one with --out.';
  }
}
