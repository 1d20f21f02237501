import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startSandbox, type Fault, type SandboxOptions } from '../../../src/sandbox/index.js';
import type { Run } from '../../scripts/helpers/project-copy.js';
import type { ProgramFolder } from './program-folder.js';

/** Where the examples are, in the project. */
export const EXAMPLES = 'scripts/docs/examples/';

/** What an example meets. */
export interface Circumstances extends SandboxOptions {
  faults?: Fault[];
  env?: Record<string, string>;
}

/** The text of every example, by the name of its file. */
export function readPrograms(): Map<string, string> {
  const folder = fileURLToPath(new URL(`../../../${EXAMPLES}`, import.meta.url));
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(folder + name, 'utf8')]));
}

/** Runs an example in its folder, against a sandbox of its own. */
export async function runExample(
  folder: ProgramFolder,
  name: string,
  { faults = [], env = {}, ...options }: Circumstances,
): Promise<Run> {
  await using sandbox = await startSandbox({ jobDurationMs: 1, ...options });
  for (const fault of faults) sandbox.faults.add(fault);
  return await folder.run(name, sandbox, env);
}
