/** The longest duration of an option, in milliseconds (23 days). A timer of more than 2 ** 31 - 1 ms fires at once. */
export const MAX_WAIT_MS = 2_000_000_000;

/** The default number of concurrent jobs or single assets. */
export const DEFAULT_CONCURRENCY = 4;
/** The default time to wait for one job, in milliseconds (30 minutes). */
export const DEFAULT_TIMEOUT_MS = 1_800_000;

/** How often a batch or asset that is refused with 429, each time after all retries, is put off before it fails. */
export const MAX_REFUSALS = 5;
/**
 * The minimum number of consecutive requests without a response that opens the circuit breaker: fewer may be a
 * coincidence.
 */
export const MIN_FAILURES = 3;

/** The number of responses with `success`, but without a URL, after which a job counts as failed. */
export const GRACE_POLLS = 4;
/** The number of consecutive failed status requests, each after all its retries, after which the wait fails. */
export const MAX_FAILED_POLLS = 3;
/** How long after the deadline the last response may still arrive, in milliseconds. */
export const LAST_ANSWER_MS = 10_000;

/** The length to which an error body is cut, in characters. */
export const MAX_BODY_LENGTH = 2000;
/** The length to which a text is cut before URLs in it are redacted, in characters. */
export const MAX_REDACTED_LENGTH = 20_000;
/** The maximum length of a response of the API, in characters. Real ones are thousands of times shorter. */
export const MAX_ANSWER_LENGTH = 8_000_000;
