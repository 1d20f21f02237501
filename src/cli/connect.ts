import { createScenarioClient, type ScenarioClient } from '../client.js';
import type { Environment } from '../node/http/proxy-for.js';
import type { ProgressEvent } from '../progress.js';
import { requireCredentials } from './credentials.js';
import { createProxiedFetch } from './proxied-fetch.js';

/**
 * A client with what the environment says: credentials, SCENARIO_BASE_URL, and the proxies, which Node's own `fetch`
 * does not look at.
 *
 * @throws {CommandError} without credentials
 * @throws {InvalidInputError} for an unusable SCENARIO_BASE_URL
 */
export function connect(env: Environment, onProgress?: (event: ProgressEvent) => void): ScenarioClient {
  return createScenarioClient({
    ...requireCredentials(env),
    baseUrl: env['SCENARIO_BASE_URL'] || undefined,
    headers: { 'user-agent': 'scenario-downloads' },
    fetch: createProxiedFetch(env),
    onProgress,
  });
}
