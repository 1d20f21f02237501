import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { makeFolder } from '../helpers/node-folder.js';

const PROCESSES = 4;
const TIMES = 60;

test('of many who find the lock of a killed process, one takes it over', async () => {
  const env = { ...process.env, DIRECTORY: await makeFolder(), TIMES: String(TIMES) };
  const script = join(import.meta.dirname, 'helpers/lock-process.ts');
  const said = await Promise.all(
    Array.from({ length: PROCESSES }, async () => {
      const child = spawn(process.execPath, ['--import', 'tsx', script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
      const [output, ended] = await Promise.all([text(child.stdout), once(child, 'exit')]);
      expect(ended).toEqual([0, null]);
      return output.trim().split('\n');
    }),
  );
  expect(said.flat()).toEqual(Array.from({ length: PROCESSES * TIMES }, () => 'alone'));
}, 120_000);
