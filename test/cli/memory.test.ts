import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { makeFolder } from './helpers/command-sandbox.js';
import { runCommand } from './helpers/run-command.js';

const COUNT = 1_000_000;
/** Newer versions of Node take more for themselves. */
const MAX_RSS_KIB = 400 * 1024;

test('a million ids on standard input need less than 400 MB', async () => {
  const cwd = makeFolder();
  const probe = join(cwd, 'probe.mjs');
  const measured = join(cwd, 'max-rss');
  writeFileSync(
    probe,
    `import { writeFileSync } from 'node:fs';
     process.on('exit', () => writeFileSync(${JSON.stringify(measured)}, String(process.resourceUsage().maxRSS)));`,
  );
  const ids = Array.from({ length: COUNT }, (_, at) => `asset_${String(at).padStart(7, '0')}_GTrL3mq4SXWy`);
  const { code, stdout } = await runCommand(['get', '--from', '-', '--dry-run'], {
    cwd,
    input: ids.join('\n'),
    env: { NODE_OPTIONS: `--import ${pathToFileURL(probe).href}` },
  });
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toHaveLength(COUNT / 1000);
  const maxRss = Number(readFileSync(measured, 'utf8'));
  expect(maxRss).toBeGreaterThan(50 * 1024);
  expect(maxRss).toBeLessThan(MAX_RSS_KIB);
});
