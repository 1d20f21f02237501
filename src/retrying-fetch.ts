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

/** The client options that concern sending requests. */
export type RetryingFetchOptions = Omit<ClientOptions, 'apiKey' | 'apiSecret' | 'baseUrl' | 'headers'>;

/**
 * Creates a `fetch` that retries failed requests where that is safe. It is passed to openapi-fetch in place of the
 * runtime's `fetch`, because a middleware could not send a consumed body again.
 *
 * Each attempt includes reading the whole response, so that a response that breaks off or stalls is retried, too. The
 * responses of this API are small; archives are not fetched this way.
 *
 * The function that is returned rejects with a NetworkError if no complete response was received, and with an
 * InvalidResponseError if the body of a successful response is not JSON, or a body is far too long.
 *
 * @throws {InvalidInputError} if an option is unusable or unknown
 */
export function createRetryingFetch({
  // Looked up at each call, so that the global `fetch` can be replaced later.
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
  // Unknown options are rejected: with a misspelt baseUrl, the credentials would be sent to the wrong server.
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
          // The original stays unread, so that it can be cloned again for the next attempt.
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
        // A retry would have the same result, as with an unusable proxy.
        const isFinal = cause instanceof InvalidResponseError || cause instanceof InvalidInputError;
        if (signal.aborted || isFinal) throw cause;
        // Node only says "fetch failed"; the reason is at the end of the chain of causes.
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
 * The requests that are under way, to keep them alive. In Node, a request follows its signal through a weak reference:
 * once the request is garbage-collected, neither the deadline nor the caller can abort its `fetch`.
 */
const underWay = new Set<Request[]>();

/**
 * Matches the error codes of failed connection attempts, in runtimes that have them: nothing of the request was sent.
 */
const UNSENT_CODE = /refused|notfound|again|unreach|connect_timeout/i;
