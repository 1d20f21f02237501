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
  return async (request) => {
    const { method, url, signal } = request;
    for (let repetition = 1; ; repetition++) {
      const outcome = await attempt(request, options);
      const response = outcome instanceof NetworkError ? undefined : outcome;
      const status = response?.status;
      const retryAfterMs = parseRetryAfter(response?.headers.get('retry-after'), clock.now());
      const mayRepeat = repetition <= limit && isRetryable({ method, status, unsent: isUnsent(outcome) });
      const delayMs = mayRepeat ? retryDelay(repetition, retryAfterMs, maxDelayMs, clock.random) : undefined;
      if (delayMs === undefined) {
        if (outcome instanceof NetworkError) throw outcome;
        return outcome;
      }
      const operation = `${method} ${new URL(url).pathname}`;
      emit(onProgress, { type: 'retry', operation, attempt: repetition, delayMs, status });
      await clock.delay(delayMs, signal);
    }
  };
}

/**
 * What is under way. The signal that a request was made with reaches it by a weak reference in Node: once the request is
 * collected as garbage, neither a deadline nor the caller can end its `fetch`.
 */
const underWay = new Set<Request[]>();

async function attempt(request: Request, options: RetryingFetchOptions): Promise<Response | NetworkError> {
  const { signal } = request;
  signal.throwIfAborted();
  const what = `${request.method} ${redactUrl(request.url)}`;
  const timeout = withTimeout(signal, options.requestTimeoutMs);
  const held = [request];
  underWay.add(held);
  try {
    // The original stays unread, so that it can be cloned again for the next try.
    const copy = new Request(request.clone(), { signal: timeout.signal });
    held.push(copy);
    return await readAnswer(await options.fetch(copy), what);
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    if (cause instanceof InvalidResponseError) throw cause;
    // It was not the caller, so it was the deadline.
    const how = timeout.signal.aborted ? ` within ${options.requestTimeoutMs} ms` : `: ${reasonOf(cause)}`;
    return new NetworkError(`No whole answer to ${what}${how}.`, { cause });
  } finally {
    timeout.clear();
    underWay.delete(held);
  }
}

/** An error and what caused it, from the outside in. */
function chainOf(error: unknown): (Error & { code?: string | number })[] {
  return error instanceof Error ? [error, ...chainOf(error.cause)] : [];
}

/** Errors of the connection's making, in the runtimes that tell: nothing of the request has left. */
const UNSENT_CODE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|E(HOST|NET)UNREACH|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused)$/;

function isUnsent(error: unknown): boolean {
  return chainOf(error).some(({ code }) => UNSENT_CODE.test(String(code)));
}

function reasonOf(error: unknown): string {
  // Node says only "fetch failed"; what failed is in the cause.
  const deepest = chainOf(error).at(-1);
  return String(deepest?.message || deepest?.code || error);
}
