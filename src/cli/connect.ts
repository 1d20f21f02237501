import { createScenarioClient, type ScenarioClient } from '../client.js';
import { proxyFor, type Environment } from '../node/http/proxy-for.js';
import type { ProgressEvent } from '../progress.js';
import { requireSecureUrl, show } from '../require.js';
import { DEFAULT_BASE_URL } from '../types.js';
import { usageError } from './command-error.js';
import { requireCredentials } from './credentials.js';
import { createProxyFetch } from '../node/http/proxy-fetch.js';

/**
 * Creates a client from the environment: credentials, SCENARIO_BASE_URL and the proxy variables, which Node's own
 * `fetch` ignores.
 *
 * @throws {CommandError} for missing or malformed credentials, and for a SCENARIO_BASE_URL that is not a URL
 * @throws {InvalidInputError} for an unusable SCENARIO_BASE_URL or HTTPS_PROXY
 */
export function connect(env: Environment, onProgress?: (event: ProgressEvent) => void): ScenarioClient {
  // An empty value counts as not set, so that an env file can clear a variable of the process.
  const baseUrl = env['SCENARIO_BASE_URL'] || DEFAULT_BASE_URL;
  const credentials = requireCredentials(env);
  if (!URL.canParse(baseUrl))
    throw usageError(
      `SCENARIO_BASE_URL is ${show(baseUrl)}, which is no URL.`,
      'Set it to a whole one, with https://.',
    );
  const url = requireSecureUrl('SCENARIO_BASE_URL', baseUrl.trim());
  // Check the proxy variables now: reported later, an unusable one would look like a network error.
  proxyFor(new URL(url), env);
  return createScenarioClient({
    ...credentials,
    baseUrl: url,
    headers: { 'user-agent': 'scenario-downloads' },
    fetch: createProxyFetch(env),
    onProgress,
  });
}
