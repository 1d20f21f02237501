import type { ScenarioClient } from './client.js';
import type { Clock } from './clock.js';
import { InvalidResponseError } from './errors.js';
import { requireId } from './require.js';
import { requireResultUrl } from './result-url.js';
import { parseRetryAfter } from './retry.js';
import { unwrap } from './unwrap.js';

/** A checked answer of `downloadGetStatus`. */
export interface StatusAnswer {
  jobStatus: string;
  downloadUrl: string | undefined;
  /** How long the server wants to be left alone, in milliseconds. */
  retryAfterMs: number | undefined;
}

const PATH = '/assets/download/{jobId}';

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
  const result = await client.GET(PATH, { params: { path }, ...(signal && { signal }) });
  const answer: { jobStatus?: unknown; downloadUrl?: unknown } = unwrap(result, 'GET', PATH.replace('{jobId}', jobId));
  const jobStatus = typeof answer.jobStatus === 'string' ? answer.jobStatus : undefined;
  const downloadUrl = answer.downloadUrl
    ? requireResultUrl('downloadGetStatus', 'downloadUrl', answer.downloadUrl)
    : undefined;
  if (jobStatus === undefined && downloadUrl === undefined) {
    throw new InvalidResponseError(`downloadGetStatus answered for job ${jobId} without a jobStatus.`);
  }
  const retryAfterMs = parseRetryAfter(result.response.headers.get('retry-after'), clock.now());
  return { jobStatus: jobStatus ?? '', downloadUrl, retryAfterMs };
}
