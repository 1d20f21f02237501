import { describe, expect, test } from 'vitest';
import { makeFolder, startCommandSandbox } from './helpers/command-sandbox.js';
import { normalize } from './helpers/normalize.js';
import { noTerminal, startInTerminal } from './helpers/terminal.js';
import { drawnLines } from './helpers/terminal-text.js';

const CTRL_C = '\u0003';

/** The lines that stay, without what was drawn over. */
function remaining(output: string): string {
  const lines = output.split('\r\n').map((line) => drawnLines(line.split('\u001B[2K').at(-1) ?? '').join(''));
  return normalize(lines.join('\n'));
}

describe.skipIf(noTerminal !== undefined)(`in a pseudo-terminal${noTerminal ? ` (${noTerminal})` : ''}`, () => {
  test('one line is drawn over itself, and the summary is what stays', async () => {
    const { env } = await startCommandSandbox({ jobDurationMs: 2000 });
    const session = startInTerminal(['get', 'a', 'b', '--inference', 'i1', '--out', 'out'], { env, cwd: makeFolder() });
    const { code, output } = await session.finished;
    expect(code).toBe(0);
    const lines = drawnLines(output);
    expect(lines[0]).toBe('starting  0 of 2 batches ready');
    expect(lines.some((line) => /^waiting {3}0 of 2 batches ready {2}\S+, \d s$/.test(line))).toBe(true);
    // No paths: what stays on a terminal is for people.
    expect(remaining(output)).toBe('Saved 6 files (4.80 kB) in N s into out.\n');
    // The cursor is back, and so is the wrapping of lines.
    expect(output.lastIndexOf('\u001B[?25h')).toBeGreaterThan(output.lastIndexOf('\u001B[?25l'));
    expect(output.lastIndexOf('\u001B[?7h')).toBeGreaterThan(output.lastIndexOf('\u001B[?7l'));
    expect(output).toContain('\u001B[36m');
  });

  test('the line follows the width of the window', async () => {
    const { env } = await startCommandSandbox({ jobDurationMs: 3_600_000 });
    const session = startInTerminal(['get', 'a', '--out', 'out'], { env, cwd: makeFolder(), columns: 80 });
    await session.until(/waiting\S* {3}0 of 1 batch ready {2}0 of 1 file {2}queued, \d s/);
    session.resize(24);
    await session.until(/waiting\S* {3}queued, \d s/);
    session.type(CTRL_C);
    expect((await session.finished).code).toBe(130);
  });

  test('what is being waited for is said', async () => {
    const { sandbox, env } = await startCommandSandbox();
    const effect = { type: 'status', status: 429, headers: { 'retry-after': '1' } } as const;
    sandbox.faults.add({ on: 'downloadRequestBatch', effect });
    const { code, output } = await startInTerminal(['get', 'a'], { env, cwd: makeFolder() }).finished;
    expect(code).toBe(0);
    expect(drawnLines(output)).toContain('starting  0 of 1 batch ready  0 of 1 file  rate limited, 1 s');
  });

  test('Ctrl-C stops it, and leaves the terminal as it was', async () => {
    const { env } = await startCommandSandbox({ jobDurationMs: 3_600_000 });
    const session = startInTerminal(['get', 'a', '--out', 'out'], { env, cwd: makeFolder() });
    await session.until(/waiting/);
    session.type(CTRL_C);
    const { code, output } = await session.finished;
    expect(code).toBe(130);
    expect(remaining(output)).toBe(
      'Interrupted.\n' +
        '  What is finished stays, and the same command goes on from there.\n' +
        '  scenario-downloads get a --out out\n',
    );
    expect(output.lastIndexOf('\u001B[?25h')).toBeGreaterThan(output.lastIndexOf('\u001B[?25l'));
  });

  test.each([
    ['NO_COLOR', { NO_COLOR: '1' }, true],
    ['CI', { CI: 'true' }, false],
  ])('%s is obeyed', async (_name, changes, isLive) => {
    const { env } = await startCommandSandbox();
    const cwd = makeFolder();
    const { code, output } = await startInTerminal(['get', 'a'], { env: { ...env, ...changes }, cwd }).finished;
    expect(code).toBe(0);
    expect(output.includes('\u001B[?25l')).toBe(isLive);
    expect(output).not.toContain('\u001B[36m');
  });

  test('lines of results stay above the live one', async () => {
    const { env } = await startCommandSandbox({ jobDurationMs: 2000 });
    const args = ['urls', 'a', '--model', 'm'];
    const { code, output } = await startInTerminal(args, { env, cwd: makeFolder(), columns: 200 }).finished;
    expect(code).toBe(0);
    expect(drawnLines(output).some((line) => /^waiting {3}0 of 2 batches ready {2}\S+, \d s$/.test(line))).toBe(true);
    expect(remaining(output)).toMatch(/^\{"kind":"archive".*\}\n\{"kind":"archive".*\}\n$/);
    // Whoever copies a line gets the line and nothing else.
    for (const [line] of output.matchAll(/\{"kind".*/g)) expect(line).not.toContain('\u001B');
    expect(output.lastIndexOf('\u001B[?25h')).toBeGreaterThan(output.lastIndexOf('\u001B[?25l'));
  });

  test('lines of results come alone with --quiet, and with CI set beside those of a log', async () => {
    const { env } = await startCommandSandbox();
    const quiet = await startInTerminal(['urls', 'a', '--quiet'], { env, cwd: makeFolder(), columns: 200 }).finished;
    expect(quiet.output).toMatch(/^\{"kind":"archive".*\}\r\n$/);
    const inCi = { env: { ...env, CI: 'true' }, cwd: makeFolder(), columns: 200 };
    const { output } = await startInTerminal(['urls', 'a'], inCi).finished;
    expect(output).not.toContain('\u001B');
    expect(output).toMatch(/^starting: 0 of 1 batch ready, 0 of 1 file\r\n/);
  });
});
