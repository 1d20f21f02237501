import { createRequire } from 'node:module';

/** The version of this package, as its package.json has it. */
export function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('scenario-downloads/package.json') as { version: string };
  return version;
}
