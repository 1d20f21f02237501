// Tells the errors apart, and says of each what to do and whether to try again later.
import {
  ArchiveError,
  BatchTooLargeError,
  createScenarioClient,
  downloadAll,
  HttpError,
  InvalidInputError,
  InvalidResponseError,
  JobFailedError,
  JobTimeoutError,
  NetworkError,
  PartialDownloadError,
  ScenarioDownloadError,
} from 'scenario-downloads';
import type { ArchiveErrorReason, HttpErrorDetails, ScenarioDownloadErrorCode } from 'scenario-downloads';
import { DirectoryBusyError, FileSystemError, saveAll, type SaveEvent } from 'scenario-downloads/node';

/** What passes by itself, so that the same call may help later. */
const PASSING: readonly ScenarioDownloadErrorCode[] = [
  'NETWORK_ERROR',
  'INVALID_RESPONSE',
  'JOB_TIMEOUT',
  'DIRECTORY_BUSY',
];

/** Reasons that no broken transfer explains. */
const HOSTILE: readonly ArchiveErrorReason[] = ['unsafe-name', 'symlink', 'overlap', 'ratio', 'too-large'];

function adviceFor(error: ScenarioDownloadError): string {
  if (error instanceof PartialDownloadError) return 'use the ready ones of its outcomes';
  if (error instanceof HttpError) return adviceForAnswer(error);
  if (error instanceof ArchiveError) return HOSTILE.includes(error.reason) ? 'open nothing of it' : 'fetch it anew';
  if (error instanceof JobTimeoutError) return `wait for ${error.jobId} again`;
  if (error instanceof JobFailedError) return `request it anew, it was ${error.jobStatus}`;
  if (error instanceof BatchTooLargeError) return 'name the assets one by one';
  if (error instanceof NetworkError) return 'look at the network and the proxy';
  if (error instanceof InvalidResponseError) return 'look at what stands between here and the API';
  if (error instanceof InvalidInputError) return 'mend the call';
  if (error instanceof FileSystemError) return error.errno === 'ENOSPC' ? 'make room' : `look at ${error.path}`;
  if (error instanceof DirectoryBusyError) return `wait for process ${error.pid}`;
  return 'read the changelog';
}

function adviceForAnswer({ status, retryAfterMs, requestId }: HttpErrorDetails): string {
  if (status === 401) return 'look at the credentials';
  if (status === 403 || status === 404) return 'look at the ids and the team of the key';
  if (status === 429) return `wait ${(retryAfterMs ?? 60_000) / 1000} s`;
  return `tell the vendor about request ${requestId ?? 'without an id'}`;
}

function isPassingAnswer({ status }: HttpErrorDetails): boolean {
  return status === 429 || status >= 500;
}

function handle(error: unknown): void {
  // Anything else is a bug, or the reason of your own signal.
  if (!(error instanceof ScenarioDownloadError)) throw error;
  const isPassing = error instanceof HttpError ? isPassingAnswer(error) : PASSING.includes(error.code);
  console.log(`${error.code}: ${adviceFor(error)}${isPassing ? ', and try again later' : ''}`);
  process.exitCode = 1;
  if (error instanceof PartialDownloadError) {
    for (const outcome of error.outcomes) if (outcome.status === 'failed') handle(outcome.error);
  }
}

try {
  const client = createScenarioClient();
  const selection = { inferenceIds: ['inference_1'] };
  await downloadAll(client, selection);
  // saveAll throws only for what ends the whole run. The rest is in its report as
  // JSON, and here as it happens.
  const onProgress = (event: SaveEvent) => {
    const { type } = event;
    if (type === 'batch-failed' || type === 'archive-failed' || type === 'file-failed') handle(event.error);
  };
  const { ok } = await saveAll(client, selection, { directory: './assets', onProgress });
  console.log(ok ? 'everything is there' : 'something is missing');
} catch (error) {
  handle(error);
}
