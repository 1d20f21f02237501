import { baseUrlOf, type ScenarioClient } from '../client.js';
import { DEFAULT_BASE_URL } from '../types.js';

/**
 * The name of the host that a client talks to, without the port, which a sandbox has another one of each time; undefined
 * for the host of the spec, or where it is not known.
 */
export function apiHostOf(client: ScenarioClient): string | undefined {
  const { hostname } = new URL(baseUrlOf(client) ?? DEFAULT_BASE_URL);
  return hostname === new URL(DEFAULT_BASE_URL).hostname ? undefined : hostname;
}
