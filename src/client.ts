import createClient, { type Client } from 'openapi-fetch';
import type { paths } from '../generated/schema.js';
import type { Clock } from './clock.js';
import { InvalidInputError } from './errors.js';
import type { ProgressEvent } from './progress.js';
import type { RetryOptions } from './retry.js';
import { createRetryingFetch, type Fetch } from './retrying-fetch.js';
import { requireKind, requireSecureUrl, show } from './require.js';
import { DEFAULT_BASE_URL } from './types.js';

/** The openapi-fetch client, typed by the spec: `.GET` and `.POST` accept the paths of the spec. */
export type ScenarioClient = Client<paths>;

/** The options of {@link createScenarioClient}. All of them are optional. */
export interface ClientOptions {
  /** The API key. Default: the environment variable `SCENARIO_SDK_API_KEY`, if the runtime has an environment. */
  apiKey?: string | undefined;
  /** The API secret. Default: the environment variable `SCENARIO_SDK_API_SECRET`, if the runtime has an environment. */
  apiSecret?: string | undefined;
  /** The URL of the API. Default: the environment variable `SCENARIO_BASE_URL`, or else the server in the spec. */
  baseUrl?: string | undefined;
  /** The function that sends each request. Default: the `fetch` of the runtime. */
  fetch?: Fetch | undefined;
  /** Headers to send with every request to the API. They cannot replace `authorization`. Default: none. */
  headers?: Record<string, string> | undefined;
  /** The time that one attempt may take, including reading the whole response, in milliseconds. Default 60,000. */
  requestTimeoutMs?: number | undefined;
  /** How failed requests are retried. `false` disables retries. Default: up to 4 retries, see `RetryOptions`. */
  retry?: false | RetryOptions | undefined;
  /** Called before every retry. Errors that it throws are ignored. */
  onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** The source of time and random numbers. Default: `systemClock`, which uses those of the runtime. */
  clock?: Clock | undefined;
}

/**
 * Creates a client for the three operations of the spec: an openapi-fetch client with credentials, timeouts, and a
 * `fetch` that retries failed requests where that is safe. Redirects are not followed, so that the credentials are sent
 * only to the API.
 *
 * Like every openapi-fetch client, it does not reject for an error status, but resolves to `{ data, error, response }`.
 * It rejects with a `NetworkError` if no complete response was received, and with an `InvalidResponseError` if the body
 * of a successful response is not JSON.
 *
 * @throws {InvalidInputError} if the credentials are missing, an option is unknown or unusable, or the base URL is
 *   neither https nor local
 */
export function createScenarioClient(options: ClientOptions = {}): ScenarioClient {
  requireKind('options', options, 'a plain object');
  // Some runtimes have no environment. An empty variable counts as missing.
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

/** Throws an InvalidInputError if this is not a client, because every request would fail without one. */
export function requireClient(client: unknown): void {
  if (typeof (client as Partial<ScenarioClient> | null | undefined)?.POST === 'function') return;
  throw new InvalidInputError(`client must be one of createScenarioClient, but is ${show(client)}.`);
}

/** Checks each header separately, so that the message can name it. Its value may be a secret and is not shown. */
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

/** The base URLs of the clients, because an openapi-fetch client does not expose its own. */
const BASE_URLS = new WeakMap<ScenarioClient, string>();

/** Returns the base URL of a client that {@link createScenarioClient} created, and undefined for any other client. */
export function baseUrlOf(client: ScenarioClient): string | undefined {
  return BASE_URLS.get(client);
}

interface Environment {
  SCENARIO_SDK_API_KEY?: string;
  SCENARIO_SDK_API_SECRET?: string;
  SCENARIO_BASE_URL?: string;
}
