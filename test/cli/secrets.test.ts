import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, startCommandSandbox } from './helpers/command-sandbox.js';
import { runCommand } from './helpers/run-command.js';

const credentials = { apiKey: 'canary_key_8271', apiSecret: 'canary_secret_5550' };
const basic = Buffer.from(`${credentials.apiKey}:${credentials.apiSecret}`).toString('base64');

test('no secret and no signature is in any output, or in any file', async () => {
  const { sandbox, env } = await startCommandSandbox({ credentials, missingAssets: ['lost'] });
  const cwd = makeFolder();
  const outputs: string[] = [];
  const run = async (args: string[], changes: Record<string, string> = {}, isUrls = false) => {
    const { stdout, stderr } = await runCommand([...args, '--debug'], { env: { ...env, ...changes }, cwd });
    outputs.push(stderr, ...(isUrls ? [] : [stdout]));
    return stdout;
  };

  await run(['get', 'a', '-o', 'fine']);
  await run(['get', 'a', '-o', 'fine', '--json']);
  await run(['get', 'a', 'lost', '-o', 'short', '--json']);
  await run(['get', 'a', '-o', 'one', '--format', 'png']);
  await run(['status', sandbox.jobs[0]!.jobId]);
  await run(['status', 'job_unknown', '--json']);
  await run(['get', 'a', `--api-secret=${credentials.apiSecret}`]);
  await run(['get', 'a', '-o', 'wrong'], { SCENARIO_SDK_API_KEY: 'another_canary_key' });
  await run(['status', 'job_1'], {
    SCENARIO_BASE_URL: `http://${credentials.apiKey}:${credentials.apiSecret}@127.0.0.1:1/v1`,
  });
  expect(await run(['urls', 'a'], {}, true)).toContain('signature=');
  expect(await run(['urls', 'a', 'lost', '--format', 'png'], {}, true)).toContain('signature=');

  // A server that repeats what it was sent, and a host that gives nothing.
  const said = { message: `You are ${credentials.apiKey}, Basic ${basic}, see https://h/x?signature=abc` };
  sandbox.faults.add({ on: 'downloadRequestBatch', effect: { type: 'status', status: 400, body: said }, times: 2 });
  await run(['get', 'b', '-o', 'said']);
  await run(['urls', 'b', '--quiet'], {}, true);
  sandbox.faults.add({ on: 'downloadGetStatus', effect: { type: 'body', body: `<p>${basic}</p>` }, times: Infinity });
  await run(['get', 'c', '-o', 'html', '--json']);
  sandbox.faults.clear();
  sandbox.faults.add({ on: 'file', effect: { type: 'status', status: 404 }, times: Infinity });
  await run(['get', 'd', '-o', 'gone']);
  await run(['get', 'd', '-o', 'gone one', '--format', 'png', '--json']);
  sandbox.faults.clear();
  sandbox.faults.add({ on: 'file', effect: { type: 'corrupt', at: 200 }, times: Infinity });
  await run(['get', 'e', '-o', 'corrupt']);

  const written = readdirSync(cwd, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  expect(written.length).toBeGreaterThan(5);
  for (const text of [...outputs, ...written]) {
    expect(text).not.toContain(credentials.apiKey);
    expect(text).not.toContain(credentials.apiSecret);
    expect(text).not.toContain('another_canary_key');
    expect(text).not.toContain(basic);
    expect(text).not.toMatch(/signature=|expires=/);
  }
  expect(outputs.join('')).toContain('\n    at ');
  expect(sandbox.violations).toEqual([]);
}, 60_000);
