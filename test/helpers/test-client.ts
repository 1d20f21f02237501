import { createScenarioClient, type ClientOptions, type ScenarioClient } from '../../src/client.js';
import { createFakeClock, type FakeClock } from './fake-clock.js';

/** A client for a server of the test, on time that passes at once. */
export function testClient(
  server: { url: string },
  options: ClientOptions = {},
): { client: ScenarioClient; clock: FakeClock } {
  const clock = createFakeClock();
  const client = createScenarioClient({ apiKey: 'key', apiSecret: 'secret', baseUrl: server.url, clock, ...options });
  return { client, clock };
}
