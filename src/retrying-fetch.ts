import type { Clock } from './clock.js';
import { InvalidResponseError, NetworkError } from './errors.js';
import { emit, type ProgressEvent } from './progress.js';
import { readAnswer } from './read-answer.js';
import { redactUrl } from './redact.js';
import { isRetryable, parseRetryAfter, retryDelay } from './retry.js';
import { withTimeout } from './timeout.js';

/** The part of `fetch` that this package needs. */
export type Fetch = (request: Request) => Promise<Response>;

export interface RetryingFetchOptions {
  fetch: Fetch;
  limit: number;
  maxDelayMs: number;
  requestTimeoutMs: number;
  clock: Clock;
  onProgress?: ((event: ProgressEvent) => void) | undefined;
}

/**
 * A `fetch` that repeats what may be repeated. It is handed to openapi-fetch in place of the runtime's, because a
 * middleware cannot send a consumed body again.
 *
 * Each try includes reading the whole answer, so that an answer that breaks off or never ends is repeated as well. The
 * answers of this API are small; archives never come this way.
 *
 * @throws {NetworkError} when no whole answer came
 * @throws {InvalidResponseError} when a success is not JSON
 */
export function createRetryingFetch(options: RetryingFetchOptions): Fetch {
  const { limit, maxDelayMs, clock, onProgress } = options;
  return (request) =>
    holding(request, async () => {
      for (let repetition = 1; ; repetition++) {
        const outcome = await attempt(request, options);
        const status = outcome.response?.status;
        if (outcome.response?.ok) return outcome.response;

        const retryAfterMs = parseRetryAfter(outcome.response?.headers.get('retry-after') ?? null, clock.now());
        const retryable = isRetryable({ method: request.method, status, unsent: outcome.unsent });
        const delayMs =
          retryable && repetition <= limit ? retryDelay(repetition, retryAfterMs, maxDelayMs, clock.random) : undefined;
        if (delayMs === undefined) {
          if (outcome.response) return outcome.response;
          throw outcome.error;
        }
        const operation = `${request.method} ${new URL(request.url).pathname}`;
        emit(onProgress, { type: 'retry', operation, attempt: repetition, delayMs, status });
        await clock.delay(delayMs, request.signal);
      }
    });
}

const underWay = new Set<Request>();

/**
 * Keeps a request in memory while something is done with it. The signal that a request was made with reaches it by a
 * weak reference in Node: once it is collected as garbage, neither a deadline nor the caller can end its `fetch`.
 */
async function holding<Result>(request: Request, work: () => Promise<Result>): Promise<Result> {
  underWay.add(request);
  try {
    return await work();
  } finally {
    underWay.delete(request);
  }
}

type Outcome =
  { response: Response; error?: never; unsent?: never } | { response?: never; error: NetworkError; unsent: boolean };

async function attempt(request: Request, options: RetryingFetchOptions): Promise<Outcome> {
  const { signal } = request;
  signal.throwIfAborted();
  const what = `${request.method} ${redactUrl(request.url)}`;
  const timeout = withTimeout(signal, options.requestTimeoutMs);
  try {
    // The original stays unread, so that it can be cloned again for the next try.
    const copy = new Request(request.clone(), { signal: timeout.signal });
    const response = await holding(copy, async () => readAnswer(await options.fetch(copy), what));
    return { response };
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    if (cause instanceof InvalidResponseError) throw cause;
    const how = timeout.expired() ? ` within ${options.requestTimeoutMs} ms` : `: ${reasonOf(cause)}`;
    const error = new NetworkError(`No whole answer to ${what}${how}.`, { cause });
    return { error, unsent: !timeout.expired() && isUnsent(cause) };
  } finally {
    timeout.clear();
  }
}

/** Errors of the connection's making, in the runtimes that tell: nothing of the request has left. */
const UNSENT_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ConnectionRefused',
]);

function isUnsent(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && UNSENT_CODES.has(at.code)) return true;
  }
  return false;
}

function reasonOf(error: unknown): string {
  // Node says only "fetch failed"; what failed is in the cause.
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  if (!(deepest instanceof Error)) return String(deepest);
  const code = 'code' in deepest && typeof deepest.code === 'string' ? deepest.code : '';
  return deepest.message || code || deepest.name;
}
