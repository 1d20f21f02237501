import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../../src/sandbox/index.js';

/** A sandbox that ends with the test, and the environment that leads the command there. */
export async function startCommandSandbox(
  options: SandboxOptions = {},
): Promise<{ sandbox: Sandbox; env: Record<string, string> }> {
  const sandbox = await startSandbox({ jobDurationMs: 0, ...options });
  onTestFinished(() => sandbox.close());
  return { sandbox, env: environmentFor(sandbox) };
}

function environmentFor({ baseUrl, credentials }: Pick<Sandbox, 'baseUrl' | 'credentials'>): Record<string, string> {
  return {
    SCENARIO_BASE_URL: baseUrl,
    SCENARIO_SDK_API_KEY: credentials.apiKey,
    SCENARIO_SDK_API_SECRET: credentials.apiSecret,
  };
}

/** A folder that goes with the test. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'scenario-downloads-command-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The files below a folder, without what the package keeps there for itself. */
export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => !/(^|\/)\.scenario-downloads\//.test(path))
    .sort();
}

/** How often an operation was asked for, with success. */
export function countRequests(sandbox: Sandbox, operationId: string): number {
  return sandbox.requests.filter((request) => request.operationId === operationId && request.status === 200).length;
}
