import { baseUrlOf, type ScenarioClient } from '../client.js';
import { DEFAULT_BASE_URL } from '../types.js';

/**
 * The name of the API host that a client uses; undefined if it is unknown or the host of the spec. The port is left
 * out, because a sandbox has a different one each time.
 */
export function apiHostOf(client: ScenarioClient): string | undefined {
  const { hostname } = new URL(baseUrlOf(client) ?? DEFAULT_BASE_URL);
  return hostname === new URL(DEFAULT_BASE_URL).hostname ? undefined : hostname;
}
