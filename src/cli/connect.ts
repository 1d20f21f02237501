import { createScenarioClient, type ScenarioClient } from '../client.js';
import { proxyFor, type Environment } from '../node/http/proxy-for.js';
import type { ProgressEvent } from '../progress.js';
import { requireSecureUrl, show } from '../require.js';
import { DEFAULT_BASE_URL } from '../types.js';
import { usageError } from './command-error.js';
import { requireCredentials } from './credentials.js';
import { createProxyFetch } from '../node/http/proxy-fetch.js';

/**
 * A client with what the environment says: credentials, SCENARIO_BASE_URL, and the proxies, which Node's own `fetch`
 * does not look at.
 *
 * @throws {CommandError} without credentials, and for a SCENARIO_BASE_URL that is no URL
 * @throws {InvalidInputError} for an unusable SCENARIO_BASE_URL or HTTPS_PROXY
 */
export function connect(env: Environment, onProgress?: (event: ProgressEvent) => void): ScenarioClient {
  // What is empty counts as not set, also where a file has emptied what the process has.
  const baseUrl = env['SCENARIO_BASE_URL'] || DEFAULT_BASE_URL;
  const credentials = requireCredentials(env);
  if (!URL.canParse(baseUrl))
    throw usageError(
      `SCENARIO_BASE_URL is ${show(baseUrl)}, which is no URL.`,
      'Set it to a whole one, with https://.',
    );
  const url = requireSecureUrl('SCENARIO_BASE_URL', baseUrl.trim());
  // A proxy that cannot be used is a mistake; said later, it would look like a broken network.
  proxyFor(new URL(url), env);
  return createScenarioClient({
    ...credentials,
    baseUrl: url,
    headers: { 'user-agent': 'scenario-downloads' },
    fetch: createProxyFetch(env),
    onProgress,
  });
}
