import { readFileSync } from 'node:fs';

/** The version of this package, as its package.json has it: as far above the command that was built as above this file. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
