import { onTestFinished } from 'vitest';
import { createScenarioClient, type ClientOptions, type ScenarioClient } from '../../src/client.js';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.js';
import { createFakeClock, type FakeClock } from './fake-clock.js';

/** A sandbox that ends with the test and a client for it, both on the same time, which passes at once. */
export async function startTestSandbox(
  options: SandboxOptions = {},
  clientOptions: ClientOptions = {},
): Promise<{ sandbox: Sandbox; client: ScenarioClient; clock: FakeClock }> {
  const clock = createFakeClock();
  const sandbox = await startSandbox({ now: clock.now, ...options });
  onTestFinished(() => sandbox.close());
  const { baseUrl, credentials } = sandbox;
  return {
    sandbox,
    clock,
    client: createScenarioClient({ baseUrl, ...credentials, clock, fetch: clock.fetch, ...clientOptions }),
  };
}
