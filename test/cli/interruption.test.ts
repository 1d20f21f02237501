import { join, resolve } from 'node:path';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bundleProgram } from '../../scripts/lib/bundle-program.js';
import { countRequests, listFiles, makeFolder, startCommandSandbox } from './helpers/command-sandbox.js';
import { normalize } from './helpers/normalize.js';
import { bareEnvironment, runCommand, startCommand } from './helpers/run-command.js';

const args = ['get', '--from', '-', '--flat', '--out', 'out', '--template', '<seed>'];
const input = Array.from({ length: 300 }, (_, at) => `asset ${at}`.replace(' ', '_')).join('\n');

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  test('stops while a job is waited for, and says how to go on', async () => {
    const { sandbox, env } = await startCommandSandbox({ jobDurationMs: 3_600_000 });
    const cwd = makeFolder();
    const command = startCommand(args, { env, cwd, input });
    await command.untilStderr('waiting:');
    command.child.kill(signal);
    const { code, stdout, stderr } = await command.finished;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(normalize(stderr)).toBe(
      'starting: 0 of 1 batch ready, 0 of 300 files\n' +
        'Interrupted.\n' +
        '  What is finished stays, and the same command goes on from there.\n',
    );
    expect(sandbox.jobs).toHaveLength(1);
  });
});

test('promises nothing where nothing is kept', async () => {
  const { env } = await startCommandSandbox({ jobDurationMs: 3_600_000 });
  const command = startCommand(['urls', 'a'], { env });
  await command.untilStderr('waiting:');
  command.child.kill('SIGINT');
  const { code, stdout, stderr } = await command.finished;
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(normalize(stderr)).toBe('starting: 0 of 1 batch ready, 0 of 1 file\nInterrupted.\n');
});

test('says it once where something keeps the process alive', async () => {
  const { env } = await startCommandSandbox({ jobDurationMs: 3_600_000 });
  const cwd = makeFolder();
  const lingering = join(cwd, 'lingering.mjs');
  writeFileSync(lingering, 'setInterval(() => {}, 60_000);\n');
  const options = { ...env, NODE_OPTIONS: `--import ${pathToFileURL(lingering).href}` };
  const command = startCommand(['get', 'a', '--json'], { env: options, cwd });
  await command.untilStderr('waiting:');
  command.child.kill('SIGINT');
  const { code, stdout, stderr } = await command.finished;
  expect(code).toBe(130);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'INTERRUPTED' } });
  expect(stderr.match(/Interrupted\./g)).toHaveLength(1);
});

test('stops while ids are read', async () => {
  const { env } = await startCommandSandbox();
  const cwd = makeFolder();
  const command = startCommand(['get', '--from', '-', '--json', '--debug'], { env, cwd, keepInputOpen: true });
  // More than fits into any pipe: when all of it has gone, the command is reading, and wants more.
  const lines = Array.from({ length: 200_000 }, (_, at) => `asset_${at}\n`).join('');
  await new Promise((resolve) => command.child.stdin!.write(lines, resolve));
  command.child.kill('SIGINT');
  const { code, signal, stdout } = await command.finished;
  expect({ code, signal }).toEqual({ code: 130, signal: null });
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'INTERRUPTED' } });
});

describe('the next run goes on', () => {
  /** Starts a run, and ends it when a part of the files is there. */
  async function endHalfway(signal: NodeJS.Signals, more: string[] = []) {
    const { sandbox, env } = await startCommandSandbox({ imageSize: 64 });
    const cwd = makeFolder();
    const slow = { type: 'trickle', chunkBytes: 40_000, everyMs: 100 } as const;
    sandbox.faults.add({ on: 'file', effect: slow, times: Infinity });
    const command = startCommand([...args, ...more], { env, cwd, input });
    const running = { isOver: false };
    void command.finished.then(() => (running.isOver = true));
    while (listFiles(cwd).length < 5 && !running.isOver) await new Promise((resolve) => setTimeout(resolve, 20));
    command.child.kill(signal);
    const finished = await command.finished;
    sandbox.faults.clear();
    const before = listFiles(cwd);
    expect(before.length).toBeLessThan(300);
    const sentBefore = sandbox.requests.reduce((sum, { bytesSent }) => sum + bytesSent, 0);

    const second = await runCommand([...args, '--json'], { env, cwd, input });
    expect(second.code).toBe(0);
    expect(listFiles(cwd)).toHaveLength(300);
    expect(JSON.parse(second.stdout)).toMatchObject({ ok: true, totals: { files: 300 } });
    expect(countRequests(sandbox, 'downloadRequestBatch')).toBe(1);
    const sent = sandbox.requests.reduce((sum, { bytesSent }) => sum + bytesSent, 0) - sentBefore;
    return { finished, before, sent, second: JSON.parse(second.stdout) as { skipped: unknown[] } };
  }

  test('and what is saved already is counted', async () => {
    const { finished, before } = await endHalfway('SIGINT', ['--json']);
    expect(before.length).toBeGreaterThan(0);
    expect(JSON.parse(finished.stdout)).toMatchObject({
      ok: false,
      error: { code: 'INTERRUPTED' },
      totals: { files: before.length, bytes: expect.any(Number) as number },
    });
    expect((JSON.parse(finished.stdout) as { totals: { seconds: number } }).totals.seconds).toBeGreaterThan(0);
  });

  test('after Ctrl-C', async () => {
    const { finished, before, second } = await endHalfway('SIGINT');
    expect(finished.code).toBe(130);
    expect(finished.stderr).toMatch(
      new RegExp(`^ {2}${before.length} files? \\(.*\\) had been saved by then\\.$`, 'm'),
    );
    expect(second.skipped).toHaveLength(before.length);
  });

  test('after it was killed', async () => {
    const { finished, before, second } = await endHalfway('SIGKILL');
    expect(finished.signal).toBe('SIGKILL');
    expect(second.skipped.length).toBeGreaterThanOrEqual(before.length - 1);
  });
});

describe('what does not stop', () => {
  async function run(signals: (send: () => void) => Promise<void>) {
    const cwd = makeFolder();
    const entry = join(cwd, 'stubborn.ts');
    const module = resolve(import.meta.dirname, '../../src/cli/interruption.ts');
    writeFileSync(
      entry,
      `import { listenForInterruption } from ${JSON.stringify(module)};
       const { signal } = listenForInterruption(() => console.log('last words'));
       signal.addEventListener('abort', () => console.log('aborted', signal.reason.code));
       setInterval(() => undefined, 1000);
       console.log('ready');`,
    );
    const script = await bundleProgram(entry, cwd);
    const child = spawn(process.execPath, [script], { env: bareEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    const until = (text: string) =>
      new Promise<void>((resolve) => {
        const check = () => output.includes(text) && resolve();
        child.stdout.on('data', check);
        check();
      });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    await until('ready');
    child.kill('SIGINT');
    await until('aborted');
    await signals(() => child.kill('SIGINT'));
    return { code: await ended, output };
  }

  test('is ended after a second', async () => {
    expect(await run(() => Promise.resolve())).toEqual({
      code: 130,
      output: 'ready\naborted INTERRUPTED\nlast words\n',
    });
  });

  test('is ended at once by a second Ctrl-C', async () => {
    const { code, output } = await run(async (send) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      send();
    });
    expect({ code, output }).toEqual({ code: 130, output: 'ready\naborted INTERRUPTED\n' });
  });

  test('is not ended by the same Ctrl-C that came twice', async () => {
    const { output } = await run((send) => {
      send();
      return Promise.resolve();
    });
    expect(output).toContain('last words');
  });
});
