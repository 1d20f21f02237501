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
  const { headers, requestTimeoutMs = 60_000, clock = systemClock, onProgress } = options;
  const { limit = DEFAULT_RETRY.limit, maxDelayMs = DEFAULT_RETRY.maxDelayMs } =
    options.retry === false ? { limit: 0 } : (options.retry ?? {});
  return createClient<paths>({
    baseUrl: requireSecureUrl('baseUrl', options.baseUrl ?? environment('SCENARIO_BASE_URL') ?? DEFAULT_BASE_URL),
    headers: { ...headers, authorization: basicAuthorization(options) },
    redirect: 'manual',
    fetch: createRetryingFetch({
      // Looked up at each call, so that a page or a test may replace the global one later.
      fetch: options.fetch ?? ((request) => globalThis.fetch(request)),
      limit: requireInteger('retry.limit', limit, 0),
      maxDelayMs: requireMilliseconds('retry.maxDelayMs', maxDelayMs),
      requestTimeoutMs: requireMilliseconds('requestTimeoutMs', requestTimeoutMs),
      clock,
      onProgress,
    }),
  });
}

function basicAuthorization(options: ClientOptions): string {
  const apiKey = requireCredential(options, 'apiKey', 'SCENARIO_SDK_API_KEY');
  const apiSecret = requireCredential(options, 'apiSecret', 'SCENARIO_SDK_API_SECRET');
  if (apiKey.includes(':')) throw new InvalidInputError('apiKey has a colon: is it key:secret in one?');
  const bytes = new TextEncoder().encode(`${apiKey}:${apiSecret}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

function requireCredential(options: ClientOptions, name: 'apiKey' | 'apiSecret', variable: string): string {
  const value = options[name] ?? environment(variable);
  if (value) return value;
  throw new InvalidInputError(`${name} is missing: pass it, or set ${variable}.`);
}

/** An environment variable, in the runtimes that have an environment; empty counts as missing. */
function environment(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.[name] || undefined;
}
