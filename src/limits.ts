/**
 * The longest wait that can be asked for, in milliseconds: 23 days. Beyond 2 ** 31 - 1, a timer would go off at once.
 */
export const MAX_WAIT_MS = 2_000_000_000;

/** How many jobs, or single assets, may be under way at once. */
export const DEFAULT_CONCURRENCY = 4;
/** How long one job is waited for, in milliseconds: 30 minutes. */
export const DEFAULT_TIMEOUT_MS = 1_800_000;

/** How often a batch, or a single asset, is put off with 429, each time after all repetitions, before it is given up. */
export const MAX_REFUSALS = 5;
/** How many requests in a row must have had no answer before it is no use to ask: one or two may have had bad luck. */
export const MIN_FAILURES = 3;

/** How often a job may say `success` without a URL before that counts as its end. */
export const GRACE_POLLS = 4;
/** How many questions in a row may fail, each with its own repetitions, before the wait is given up. */
export const MAX_FAILED_POLLS = 3;
/** How long after the deadline the last answer may still arrive. */
export const LAST_ANSWER_MS = 10_000;

/** How much of an error body is kept, in characters. */
export const MAX_BODY_LENGTH = 2000;
/** How much of an answer is looked through for URLs, in characters. */
export const MAX_REDACTED_LENGTH = 20_000;
/** How long an answer of the API may be, in characters: thousands of times as long as any is. */
export const MAX_ANSWER_LENGTH = 8_000_000;
