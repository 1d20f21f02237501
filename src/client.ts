import createClient, { type Client } from 'openapi-fetch';
import type { paths } from '../generated/schema.js';
import { systemClock, type Clock } from './clock.js';
import { InvalidInputError } from './errors.js';
import type { ProgressEvent } from './progress.js';
import { DEFAULT_RETRY, type RetryOptions } from './retry.js';
import { createRetryingFetch, type Fetch } from './retrying-fetch.js';
import { requireInteger, requireMilliseconds, requireSecureUrl } from './require.js';
import { DEFAULT_BASE_URL } from './types.js';

/** openapi-fetch's client, typed by the spec: `.GET` and `.POST` take its paths. */
export type ScenarioClient = Client<paths>;

/** What {@link createScenarioClient} takes. Everything is optional. */
export interface ClientOptions {
  /** Default: the environment variable `SCENARIO_SDK_API_KEY`, where the runtime has an environment. */
  apiKey?: string | undefined;
  /** Default: the environment variable `SCENARIO_SDK_API_SECRET`, where the runtime has an environment. */
  apiSecret?: string | undefined;
  /** Default: the environment variable `SCENARIO_BASE_URL`, else the server of the spec. */
  baseUrl?: string | undefined;
  /** What sends a request. Default: the runtime's `fetch`. */
  fetch?: Fetch | undefined;
  /** Sent with every request to the API. They cannot replace `authorization`. */
  headers?: Record<string, string> | undefined;
  /** How long one try may take until its whole answer is here, in milliseconds. Default 60,000. */
  requestTimeoutMs?: number | undefined;
  /** `false` switches retries off. */
  retry?: false | RetryOptions | undefined;
  /** Hears of every retry. */
  onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** Time and chance. Default: the runtime's. */
  clock?: Clock | undefined;
}

/**
 * A client for the three operations of the spec: openapi-fetch with credentials, timeouts, and a `fetch` that repeats
 * what may be repeated. Redirects are not followed, so that the credentials stay with the API.
 *
 * It throws nothing for an error status: like every openapi-fetch client it resolves to `{ data, error, response }`. It
 * rejects with a `NetworkError` when no whole answer came, and with an `InvalidResponseError` when a success is not JSON.
 *
 * @throws {InvalidInputError} without credentials, or with a base URL that is neither https nor local
 */
export function createScenarioClient(options: ClientOptions = {}): ScenarioClient {
  const baseUrl = requireSecureUrl('baseUrl', options.baseUrl ?? environment('SCENARIO_BASE_URL') ?? DEFAULT_BASE_URL);
  const requestTimeoutMs = requireMilliseconds('requestTimeoutMs', options.requestTimeoutMs ?? 60_000);
  const retry = options.retry === false ? { limit: 0 } : options.retry;
  const limit = requireInteger('retry.limit', retry?.limit ?? DEFAULT_RETRY.limit, 0);
  const maxDelayMs = requireMilliseconds('retry.maxDelayMs', retry?.maxDelayMs ?? DEFAULT_RETRY.maxDelayMs);
  return createClient<paths>({
    baseUrl,
    headers: { ...options.headers, authorization: basicAuthorization(options) },
    redirect: 'manual',
    fetch: createRetryingFetch({
      // Looked up at each call, so that a page or a test may replace the global one later.
      fetch: options.fetch ?? ((request) => globalThis.fetch(request)),
      limit,
      maxDelayMs,
      requestTimeoutMs,
      clock: options.clock ?? systemClock,
      onProgress: options.onProgress,
    }),
  });
}

function basicAuthorization(options: ClientOptions): string {
  const apiKey = options.apiKey ?? environment('SCENARIO_SDK_API_KEY');
  const apiSecret = options.apiSecret ?? environment('SCENARIO_SDK_API_SECRET');
  const missing = [apiKey ? '' : 'apiKey', apiSecret ? '' : 'apiSecret'].filter((name) => name !== '').join(' and ');
  if (!apiKey || !apiSecret) {
    throw new InvalidInputError(
      `No credentials: ${missing} missing. Pass apiKey and apiSecret, or set SCENARIO_SDK_API_KEY and SCENARIO_SDK_API_SECRET.`,
    );
  }
  if (apiKey.includes(':'))
    throw new InvalidInputError('The apiKey must not contain a colon. Is it key:secret in one?');
  const bytes = new TextEncoder().encode(`${apiKey}:${apiSecret}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** An environment variable, in the runtimes that have an environment; empty counts as missing. */
function environment(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.[name] || undefined;
}
