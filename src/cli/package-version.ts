import { readFileSync } from 'node:fs';

/** The version in the package.json that this file belongs to, as a source or built. */
export function packageVersion(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    const text = readIfThere(new URL(path, import.meta.url));
    if (text !== undefined) return (JSON.parse(text) as { version: string }).version;
  }
  throw new Error('The package.json of scenario-downloads is not where it should be. Install the package again.');
}

function readIfThere(url: URL): string | undefined {
  try {
    return readFileSync(url, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
