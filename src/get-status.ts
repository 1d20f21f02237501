import type { ScenarioClient } from './client.js';
import type { Clock } from './clock.js';
import { InvalidResponseError } from './errors.js';
import { redactStart } from './redact.js';
import { isSecureUrl, requireId } from './require.js';
import { parseRetryAfter } from './retry.js';
import { unwrap } from './unwrap.js';

/** A validated response of `downloadGetStatus`. */
export interface StatusAnswer {
  /** The status as the server sent it, with URLs and credentials redacted; empty if it sent none, but a URL. */
  jobStatus: string;
  downloadUrl: string | undefined;
  /** The Retry-After of the response, in milliseconds. */
  retryAfterMs: number | undefined;
}

/**
 * Requests the status of a job once (`downloadGetStatus`).
 *
 * @throws {InvalidInputError} if the id cannot be a path segment
 * @throws {HttpError | NetworkError} if the request fails
 * @throws {InvalidResponseError} if the response has neither a status nor a URL, or its URL is not https
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
