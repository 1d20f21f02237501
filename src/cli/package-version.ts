import { readFileSync } from 'node:fs';

/** Reads the version from package.json, which is two folders above both this file and the built command. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
