import { createScenarioClient, type ScenarioClient } from '../client.js';
import { proxyFor, type Environment } from '../node/http/proxy-for.js';
import type { ProgressEvent } from '../progress.js';
import { requireSecureUrl } from '../require.js';
import { DEFAULT_BASE_URL } from '../types.js';
import { requireCredentials } from './credentials.js';
import { createProxyFetch } from '../node/http/proxy-fetch.js';

/**
 * A client with what the environment says: credentials, SCENARIO_BASE_URL, and the proxies, which Node's own `fetch`
 * does not look at.
 *
 * @throws {CommandError} without credentials
 * @throws {InvalidInputError} for an unusable SCENARIO_BASE_URL or HTTPS_PROXY
 */
export function connect(env: Environment, onProgress?: (event: ProgressEvent) => void): ScenarioClient {
  const baseUrl = env['SCENARIO_BASE_URL'] || undefined;
  const credentials = requireCredentials(env);
  const url = baseUrl && requireSecureUrl('SCENARIO_BASE_URL', baseUrl);
  // A proxy that cannot be used is a mistake; said later, it would look like a broken network.
  proxyFor(new URL(url ?? DEFAULT_BASE_URL), env);
  return createScenarioClient({
    ...credentials,
    baseUrl: url,
    headers: { 'user-agent': 'scenario-downloads' },
    fetch: createProxyFetch(env),
    onProgress,
  });
}
