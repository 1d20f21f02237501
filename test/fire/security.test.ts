import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { resolveSaveOptions } from '../../src/node/save-options.js';
import { MAX_ANSWER_LENGTH } from '../../src/limits.js';
import { DEFAULT_MAX_DELAY_MS, DEFAULT_RETRY_LIMIT } from '../../src/retry.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('SECURITY.md');

/** The default in the row of an option. */
function defaultOf(option: string): number {
  const [, value = ''] = new RegExp(`\\| ([\\d,]+)(?: ms)? +\\| \`${option}\``).exec(page) ?? [];
  return Number(value.replaceAll(',', ''));
}

const constantIn = (path: string, name: string) =>
  Number(new RegExp(`const ${name} = ([\\d_]+);`).exec(read(path))?.[1]?.replaceAll('_', ''));

it('SECURITY.md has the defaults of the code', () => {
  const options = resolveSaveOptions({ directory: 'x', env: {} });
  expect(defaultOf('timeoutMs')).toBe(options.timeoutMs);
  expect(defaultOf('stallTimeoutMs')).toBe(options.stallTimeoutMs);
  expect(defaultOf('retry.limit')).toBe(DEFAULT_RETRY_LIMIT);
  expect(defaultOf('retry.maxDelayMs')).toBe(DEFAULT_MAX_DELAY_MS);
  const requestTimeoutMs = defaultOf('requestTimeoutMs').toLocaleString('en').replace(',', '_');
  expect(read('src/retrying-fetch.ts')).toContain(`requestTimeoutMs = ${requestTimeoutMs}`);
  expect(options.limits).toEqual({ entries: 100_000, totalBytes: 2 ** 40, ratio: 250 });
  expect(page).toContain(`${MAX_ANSWER_LENGTH.toLocaleString('en')} characters`);
  expect(page).toContain('at most 100,000 entries, 1 TiB, and 250 bytes for one');
});

it('SECURITY.md has the waits that cannot be set', () => {
  const rows = [
    ['longest pause before a transfer goes on', 'src/node/transfer/remote.ts', 'MAX_DELAY_MS'],
    ['how often in a row it may', 'src/limits.ts', 'MAX_REFUSALS'],
    ['failed tries of a transfer in a row', 'src/node/transfer/remote.ts', 'MAX_FAILURES'],
    ['a proxy that opens a tunnel', 'src/node/http/transport.ts', 'TUNNEL_TIMEOUT_MS'],
  ] as const;
  for (const [row, path, name] of rows) {
    const value = new RegExp(`\\| ${row} +\\| ([\\d,]+)`).exec(page)?.[1]?.replaceAll(',', '');
    expect(Number(value), row).toBe(constantIn(path, name));
  }
});

it('SECURITY.md has the versions that the lock file pins', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { version: string }> };
  const rows = [...page.matchAll(/^\| `([\w-]+)` +\| (\d+\.\d+\.\d+)/gm)];
  expect(rows.length).toBeGreaterThan(3);
  for (const [, name = '', version] of rows) {
    const places = Object.entries(packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
    expect(
      places.map(([, found]) => found.version),
      name,
    ).toContain(version);
  }
});
