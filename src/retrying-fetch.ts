import type { ClientOptions } from './client.js';
import { systemClock } from './clock.js';
import { InvalidInputError, InvalidResponseError, NetworkError } from './errors.js';
import { oneLine } from './one-line.js';
import { emit } from './progress.js';
import { readAnswer } from './read-answer.js';
import { redactUrl } from './redact.js';
import { requireInteger, requireKind, requireMilliseconds } from './require.js';
import { DEFAULT_MAX_DELAY_MS, DEFAULT_RETRY_LIMIT, isRetryable, parseRetryAfter, retryDelay } from './retry.js';
import { withTimeout } from './timeout.js';

/** The part of `fetch` that this package needs. */
export type Fetch = (request: Request) => Promise<Response>;

/** What is left of a client's options when it has taken its own. */
export type RetryingFetchOptions = Omit<ClientOptions, 'apiKey' | 'apiSecret' | 'baseUrl' | 'headers'>;

/**
 * A `fetch` that repeats what may be repeated. It is handed to openapi-fetch in place of the runtime's, because a
 * middleware cannot send a consumed body again.
 *
 * Each try includes reading the whole answer, so that an answer that breaks off or never ends is repeated as well. The
 * answers of this API are small; archives never come this way.
 *
 * @throws {InvalidInputError} for an unusable option, or one that there is not
 * @throws {NetworkError} when no whole answer came
 * @throws {InvalidResponseError} when a success is not JSON
 */
export function createRetryingFetch({
  // Looked up at each call, so that a page or a test may replace the global one later.
  fetch = (request) => globalThis.fetch(request),
  requestTimeoutMs = 60_000,
  retry = {},
  clock = systemClock,
  onProgress,
  ...unknown
}: RetryingFetchOptions): Fetch {
  requireKind('fetch', fetch, 'a function');
  if (retry !== false) requireKind('retry', retry, 'a plain object');
  requireKind('onProgress', onProgress, 'a function');
  // A misspelt baseUrl would send the credentials somewhere else.
  const { limit = DEFAULT_RETRY_LIMIT, maxDelayMs = DEFAULT_MAX_DELAY_MS, ...others } = retry || { limit: 0 };
  for (const name in { ...unknown, ...others }) throw new InvalidInputError(`Unknown option: ${name}.`);
  requireMilliseconds('requestTimeoutMs', requestTimeoutMs);
  requireInteger('retry.limit', limit, 0);
  requireMilliseconds('retry.maxDelayMs', maxDelayMs);
  return async (request) => {
    const { method, url, signal } = request;
    const what = `${method} ${redactUrl(url)}`;
    for (let repetition = 1; ; repetition++) {
      let response: Response | undefined;
      let failure: unknown;
      let unsent = false;
      try {
        response = await withTimeout(signal, requestTimeoutMs, what, async (until) => {
          // The original stays unread, so that it can be cloned again for the next try.
          const copy = new Request(request.clone(), { signal: until });
          const held = [request, copy];
          underWay.add(held);
          try {
            return await readAnswer(await fetch(copy), what);
          } finally {
            underWay.delete(held);
          }
        });
      } catch (cause) {
        // Another try would not end otherwise: a proxy that cannot be used, say.
        const isFinal = cause instanceof InvalidResponseError || cause instanceof InvalidInputError;
        if (signal.aborted || isFinal) throw cause;
        // Node says only "fetch failed"; what failed is at the bottom.
        let root = Object(cause) as Error & { code?: unknown };
        while (root.cause) root = Object(root.cause) as Error;
        unsent = UNSENT_CODE.test(String(root.code));
        const reason = oneLine(String(root.message || root.code || cause));
        const isLate = cause instanceof NetworkError;
        failure = isLate ? cause : new NetworkError(`No whole answer to ${what}: ${reason}.`, { cause });
      }
      const status = response?.status;
      const retryAfterMs = parseRetryAfter(response?.headers.get('retry-after'), clock.now());
      const delayMs = retryDelay(repetition, retryAfterMs, maxDelayMs, clock.random);
      if (repetition > limit || delayMs === undefined || !isRetryable({ method, status, unsent })) {
        if (response) return response;
        throw failure;
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

/** In the codes of errors of the connection's making, in the runtimes that tell: nothing of the request has left. */
const UNSENT_CODE = /refused|notfound|again|unreach|connect_timeout/i;
