import type { ScenarioClient } from './client.js';
import type { Clock } from './clock.js';
import { InvalidResponseError } from './errors.js';
import { redactStart } from './redact.js';
import { isSecureUrl, requireId } from './require.js';
import { parseRetryAfter } from './retry.js';
import { unwrap } from './unwrap.js';

/** A checked answer of `downloadGetStatus`. */
export interface StatusAnswer {
  /** Without the query of a URL in it. */
  jobStatus: string;
  downloadUrl: string | undefined;
  /** How long the server wants to be left alone, in milliseconds. */
  retryAfterMs: number | undefined;
}

/**
 * Asks for the status of a job once (`downloadGetStatus`).
 *
 * @throws {InvalidInputError} for an id that cannot be a path segment
 * @throws {HttpError | NetworkError} when the status cannot be had
 * @throws {InvalidResponseError} for an answer with neither a status nor a URL in it
 */
export async function getStatus(
  client: ScenarioClient,
  jobId: string,
  clock: Clock,
  signal?: AbortSignal,
): Promise<StatusAnswer> {
  const path = { jobId: requireId('jobId', jobId) };
  const result = await client.GET('/assets/download/{jobId}', { params: { path }, signal: signal ?? null });
  const { jobStatus, downloadUrl } = unwrap(result, 'GET', `/assets/download/${jobId}`);
  const retryAfterMs = parseRetryAfter(result.response.headers.get('retry-after'), clock.now());
  const url = isSecureUrl(downloadUrl) ? downloadUrl : undefined;
  if (downloadUrl && !url) {
    throw new InvalidResponseError('downloadGetStatus answered without an https URL in downloadUrl.');
  }
  const isKnown = typeof jobStatus === 'string';
  if (!url && !isKnown) throw new InvalidResponseError('downloadGetStatus answered without a jobStatus.');
  return { jobStatus: isKnown ? redactStart(jobStatus) : '', downloadUrl: url, retryAfterMs };
}
