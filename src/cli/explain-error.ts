import { ArchiveError, HttpError, InvalidInputError, JobTimeoutError, NetworkError } from '../errors.js';
import { DirectoryBusyError, FileSystemError } from '../node/errors.js';
import { reportError } from '../node/report.js';
import { CommandError } from './command-error.js';
import { EXIT, exitCodeOfError, type ExitCode } from './exit-codes.js';
import { formatSeconds } from './numbers.js';

/** An error for the person who called the command. */
export interface Explanation {
  /** For `--json`. */
  code: string;
  /** What happened, in one sentence. */
  message: string;
  /** What to do about it, in one sentence or a few. */
  advice: string;
  exitCode: ExitCode;
}

/** Says what an error is, what to do about it, and what the process ends with. */
export function explainError(error: unknown): Explanation {
  if (error instanceof CommandError) {
    const { code, message, advice, exitCode } = error;
    return { code, message, advice, exitCode };
  }
  const report = reportError(error);
  return {
    code: report.code,
    message: messageOf(error, report.message),
    advice: adviceOn(error),
    exitCode: exitCodeOfError(report),
  };
}

function messageOf(error: unknown, message: string): string {
  // What these two advise is for programs; the command has its own advice.
  if (error instanceof HttpError) {
    const said = sentenceIn(error.body);
    return `${error.method} ${pathOf(error.url)} was answered with ${error.status}${said ? `: ${said}` : ''}.`;
  }
  if (error instanceof JobTimeoutError) {
    const status = error.lastStatus === undefined ? '' : ` (its status is "${error.lastStatus}")`;
    return `Job ${error.jobId} was not ready after ${formatSeconds(error.waitedMs / 1000)}${status}.`;
  }
  return message;
}

function adviceOn(error: unknown): string {
  if (error instanceof HttpError) return adviceOnStatus(error);
  if (error instanceof NetworkError) return adviceOnNetwork(error);
  if (error instanceof JobTimeoutError) {
    return 'The job goes on: run the same command again later, which picks it up, or wait longer with --timeout.';
  }
  if (error instanceof InvalidInputError) return 'Correct it, and see --help for what is possible.';
  if (error instanceof ArchiveError) {
    return 'Run the same command again with --force, which has the archive made anew.';
  }
  if (error instanceof DirectoryBusyError) {
    return 'Wait until the other process is done, or save into another folder with --out.';
  }
  if (error instanceof FileSystemError) return adviceOnDisk(error.errno);
  const { code } = reportError(error);
  if (code === 'UNEXPECTED')
    return 'This is a fault of the command: run it again with --debug and report what it says.';
  return 'Run the same command again; what is there already is kept.';
}

function adviceOnStatus({ status, retryAfterMs }: HttpError): string {
  const again = 'run the same command again';
  switch (status) {
    case 401:
      return 'Check SCENARIO_SDK_API_KEY and SCENARIO_SDK_API_SECRET: the API does not accept them.';
    case 403:
      return 'Give the API key the scope that it lacks, or leave out what belongs to another team.';
    case 404:
      return 'Check the id, and SCENARIO_BASE_URL if it is set.';
    case 429: {
      const wait = retryAfterMs === undefined ? 'later' : `in ${formatSeconds(retryAfterMs / 1000)}`;
      return `Too much was asked for at once: ${again} ${wait}, or with a lower --concurrency.`;
    }
    default:
      if (status >= 300 && status < 400) return 'Check SCENARIO_BASE_URL: the API does not redirect.';
      return exitCodeOfError({ code: 'HTTP_ERROR', status }) === EXIT.later
        ? `The server is in trouble: ${again} later.`
        : 'Check what was asked for: the server will not answer otherwise next time.';
  }
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;

function adviceOnNetwork(error: NetworkError): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && CERTIFICATE.test(at.code)) {
      return 'If your network has a certificate authority of its own, name its file in NODE_EXTRA_CA_CERTS.';
    }
    if (/through the proxy/.test(at.message)) return 'Check HTTPS_PROXY and NO_PROXY.';
  }
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
    default:
      return 'Make the folder writable, or choose another one with --out.';
  }
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}

/** What the server says of it, without a full stop. */
function sentenceIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const fields = body as Record<string, unknown>;
  return ['message', 'reason', 'error']
    .map((name) => fields[name])
    .find((value): value is string => typeof value === 'string' && value !== '')
    ?.slice(0, 200)
    .replace(/\.$/, '');
}
