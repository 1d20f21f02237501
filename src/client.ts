import createClient, { type Client } from 'openapi-fetch';
import type { paths } from '../generated/schema.js';
import type { Clock } from './clock.js';
import { InvalidInputError } from './errors.js';
import type { ProgressEvent } from './progress.js';
import type { RetryOptions } from './retry.js';
import { createRetryingFetch, type Fetch } from './retrying-fetch.js';
import { requireKind, requireSecureUrl, show } from './require.js';
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
 * @throws {InvalidInputError} without credentials, for an option that there is not or that cannot be used, or for a base
 * URL that is neither https nor local
 */
export function createScenarioClient(options: ClientOptions = {}): ScenarioClient {
  requireKind('options', options, 'a plain object');
  // Some runtimes have no environment; what is empty in it counts as missing.
  const env = (globalThis as { process?: { env?: Environment } }).process?.env ?? {};
  const {
    apiKey = env.SCENARIO_SDK_API_KEY,
    apiSecret = env.SCENARIO_SDK_API_SECRET,
    baseUrl = env.SCENARIO_BASE_URL || DEFAULT_BASE_URL,
    headers = {},
    ...fetchOptions
  } = options;
  if (!apiKey) throw new InvalidInputError('apiKey is missing: pass it, or set SCENARIO_SDK_API_KEY.');
  if (!apiSecret) throw new InvalidInputError('apiSecret is missing: pass it, or set SCENARIO_SDK_API_SECRET.');
  if (apiKey.includes(':')) throw new InvalidInputError('apiKey has a colon: is it key:secret?');
  requireHeaders(headers);
  const credentials = new TextEncoder().encode(`${apiKey}:${apiSecret}`);
  const client = createClient<paths>({
    baseUrl: requireSecureUrl('baseUrl', baseUrl),
    headers: { ...headers, authorization: `Basic ${btoa(String.fromCharCode(...credentials))}` },
    redirect: 'manual',
    fetch: createRetryingFetch(fetchOptions),
  });
  BASE_URLS.set(client, baseUrl);
  return client;
}

/** Without one, each request of a run would fail. */
export function requireClient(client: unknown): void {
  if (typeof (client as Partial<ScenarioClient> | null | undefined)?.POST === 'function') return;
  throw new InvalidInputError(`client must be one of createScenarioClient, but is ${show(client)}.`);
}

/** Each by itself, since the message must not have the value: it may be a secret. */
function requireHeaders(headers: Record<string, string>): void {
  requireKind('headers', headers, 'a plain object');
  for (const name in headers) {
    try {
      new Headers({ [name]: headers[name] as string });
    } catch {
      throw new InvalidInputError(`headers has what cannot be sent as ${show(name)}.`);
    }
  }
}

/** A client of openapi-fetch keeps its base URL to itself. */
const BASE_URLS = new WeakMap<ScenarioClient, string>();

/** Where a client of {@link createScenarioClient} sends its requests; undefined for any other one. */
export function baseUrlOf(client: ScenarioClient): string | undefined {
  return BASE_URLS.get(client);
}

interface Environment {
  SCENARIO_SDK_API_KEY?: string;
  SCENARIO_SDK_API_SECRET?: string;
  SCENARIO_BASE_URL?: string;
}
