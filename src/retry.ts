/** How the client retries failed requests. */
export interface RetryOptions {
  /** The maximum number of retries of a request. Default 4. */
  limit?: number | undefined;
  /**
   * The longest pause between two attempts, in milliseconds. If a Retry-After header asks for a longer one, the request
   * is not retried; `retryAfterMs` of the error tells how long. Default 60,000.
   */
  maxDelayMs?: number | undefined;
}

export const DEFAULT_RETRY_LIMIT = 4;
export const DEFAULT_MAX_DELAY_MS = 60_000;

/** A failed attempt to send a request. */
export interface FailedTry {
  method: string;
  /** Undefined if no complete response was received. */
  status?: number | undefined;
  /** Whether it is certain that nothing of the request reached the server. */
  unsent?: boolean | undefined;
}

const BASE_DELAY_MS = 500;

/**
 * Whether a failed attempt may be repeated. A GET is repeated after network errors and after 408, 425, 429 and 5xx,
 * except 501 and 505. A POST creates work and has no idempotency key, so it is repeated only if the server has said
 * that it did not process it (429, 503) or cannot have received it.
 */
export function isRetryable({ method, status, unsent = false }: FailedTry): boolean {
  const isReading = method === 'GET';
  if (status === undefined) return isReading || unsent;
  // 501 and 505 are permanent: the server does not support the request.
  return (
    status === 429 ||
    status === 503 ||
    (isReading && (status === 408 || status === 425 || (status >= 500 && status !== 501 && status !== 505)))
  );
}

/**
 * Returns the pause before a retry, in milliseconds, or undefined if the server asks for more than `maxDelayMs`. A
 * Retry-After is obeyed exactly. Without one, or if it is 0, the pause grows exponentially with full jitter, so that
 * clients that failed together do not retry together.
 *
 * @param repetition the number of the retry, from 1
 */
export function retryDelay(
  repetition: number,
  retryAfterMs: number | undefined,
  maxDelayMs: number,
  random: () => number,
): number | undefined {
  const ceiling = Math.min(maxDelayMs, BASE_DELAY_MS * 2 ** (repetition - 1));
  const delayMs = retryAfterMs || Math.round(ceiling * random());
  return delayMs <= maxDelayMs ? delayMs : undefined;
}

/**
 * Parses a Retry-After header, which has seconds or an HTTP date, as milliseconds from `now`. Returns undefined if it
 * is missing or malformed, and 0 for a date in the past.
 *
 * @param now milliseconds since the epoch
 */
export function parseRetryAfter(header: string | null | undefined, now: number): number | undefined {
  // A missing header becomes "null" or "undefined", which are not dates.
  const text = String(header);
  // Date.parse accepts much that is not an HTTP date, such as "-5". Each of the three date formats begins with the name
  // of a day. The oldest of them, asctime, has no time zone but means GMT.
  const date = /^[a-z]/i.test(text) ? Date.parse(text.replace(/\d$/, '$& GMT')) : NaN;
  const delayMs = /^[\d.]+$/.test(text) ? Number(text) * 1000 : date - now;
  if (delayMs < 0) return 0;
  return delayMs >= 0 ? delayMs : undefined;
}
