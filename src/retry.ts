/** How often and how long the retrying `fetch` tries. */
export interface RetryOptions {
  /** How many times a request is repeated at most. Default 4. */
  limit?: number | undefined;
  /**
   * The longest pause between two tries, in milliseconds. A server that asks for a longer one with Retry-After gets no
   * repetition here: the error says how long it wanted. Default 60,000.
   */
  maxDelayMs?: number | undefined;
}

export const DEFAULT_RETRY_LIMIT = 4;
export const DEFAULT_MAX_DELAY_MS = 60_000;

/** What became of one try: the status of the answer, or none, because no whole answer came. */
export interface FailedTry {
  method: string;
  /** Missing when no whole answer came. */
  status?: number | undefined;
  /** Whether it is certain that nothing of the request reached the server. */
  unsent?: boolean | undefined;
}

const BASE_DELAY_MS = 500;

/**
 * Whether a failed try may be repeated. Reading is repeated after network errors, 408, 425, 429 and 5xx, but for 501 and
 * 505. A POST creates work and has no idempotency key, so it is repeated only where the server has said that it did not
 * do it (429, 503), or cannot have seen it.
 */
export function isRetryable({ method, status, unsent = false }: FailedTry): boolean {
  const isReading = method === 'GET';
  if (status === undefined) return isReading || unsent;
  // 501 and 505 say that the server will never do it.
  return (
    status === 429 ||
    status === 503 ||
    (isReading && (status === 408 || status === 425 || (status >= 500 && status !== 501 && status !== 505)))
  );
}

/**
 * How long to wait before a try is repeated, in milliseconds; undefined when the server asks for longer than
 * `maxDelayMs`. A server's hint is obeyed to the letter; without one, or where it names no time to come, it is
 * exponential with full jitter, so that many clients that failed together do not come back together.
 *
 * @param repetition 1 before the first repetition
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
 * Reads a Retry-After header, in seconds or as an HTTP date, as milliseconds from `now`. Undefined when there is none
 * or it cannot be read: a malformed hint is no hint. A date in the past is 0.
 *
 * @param now epoch milliseconds
 */
export function parseRetryAfter(header: string | null | undefined, now: number): number | undefined {
  // What is not there becomes a word that is no date.
  const text = String(header);
  // Date.parse takes much that is no HTTP date, such as "-5"; each of the three forms starts with the name of a day.
  // The oldest form does not say that its time is that of Greenwich.
  const date = /^[a-z]/i.test(text) ? Date.parse(text.replace(/\d$/, '$& GMT')) : NaN;
  const delayMs = /^[\d.]+$/.test(text) ? Number(text) * 1000 : date - now;
  if (delayMs < 0) return 0;
  return delayMs >= 0 ? delayMs : undefined;
}
