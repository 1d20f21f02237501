import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createOutput } from '../../../src/cli/output.js';
import { showLines, type Every } from '../../../src/cli/progress/lines.js';
import { showLive } from '../../../src/cli/progress/live.js';
import type { Progress } from '../../../src/cli/progress/progress-state.js';
import { createProgressDisplay } from '../../../src/cli/progress/show-progress.js';
import { drawnLines } from '../helpers/terminal-text.js';

function fakeStream({ isTTY = true, columns = 80 } = {}) {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns }), text: () => text };
}

const progress: Progress = {
  phase: 'waiting',
  batches: { ready: 0, total: 5 },
  files: { done: 0, total: undefined, failed: 0 },
  bytes: { received: 0, expected: 0 },
  rate: undefined,
  secondsLeft: undefined,
  waitingFor: 'rate limited, 12 s',
};

describe('live', () => {
  test('draws one line over itself, follows the width, and leaves nothing behind', () => {
    const { stream, text } = fakeStream();
    let current = progress;
    const view = showLive(stream, () => current, false);
    current = { ...progress, waitingFor: 'rate limited, 11 s' };
    stream.columns = 44;
    stream.emit('resize');
    // Without waiting for the next frame.
    expect(text()).toContain('0/5 batches');
    view.stop();
    view.stop();

    expect(drawnLines(text())).toEqual([
      'waiting   0 of 5 batches ready  rate limited, 12 s',
      'waiting   0/5 batches  rate limited, 11 s',
    ]);
    expect(text()).not.toContain('\n');
    // The cursor and the wrapping of lines are as they were, and the line is empty.
    expect(text().lastIndexOf('\u001B[?25h')).toBeGreaterThan(text().lastIndexOf('\u001B[?25l'));
    expect(text().lastIndexOf('\u001B[?7h')).toBeGreaterThan(text().lastIndexOf('\u001B[?7l'));
    expect(text().endsWith('\u001B[1G\u001B[2K')).toBe(true);
    expect(stream.listenerCount('resize')).toBe(0);
    expect(process.listenerCount('exit')).toBe(exitListeners);
  });
  const exitListeners = process.listenerCount('exit');

  test('makes room for what is written beside it, and goes on below', () => {
    const { stream, text } = fakeStream();
    const view = showLive(stream, () => progress, false);
    view.beside(() => stream.write('a result\n'));
    const line = 'waiting   0 of 5 batches ready  rate limited, 12 s';
    expect(text()).toContain('\u001B[1G\u001B[2Ka result\n');
    expect(drawnLines(text())).toEqual([line, 'a result', line]);
    view.stop();
    view.beside(() => stream.write('another\n'));
    expect(drawnLines(text())).toEqual([line, 'a result', line, 'another']);
    expect(stream.listenerCount('resize')).toBe(0);
  });
});

describe('lines', () => {
  function start() {
    const lines: string[] = [];
    let tick: () => void = () => undefined;
    let every: number | undefined;
    let stopped = false;
    const timer: Every = (ms, call) => {
      every = ms;
      tick = call;
      return () => (stopped = true);
    };
    let current = progress;
    const view = showLines(
      (line) => lines.push(line),
      () => current,
      timer,
    );
    return {
      lines,
      view,
      tick: () => tick(),
      every: () => every,
      stopped: () => stopped,
      set: (change: Partial<Progress>) => (current = { ...current, ...change }),
    };
  }

  test('come every five seconds, and when a phase begins', () => {
    const { lines, view, tick, every, stopped, set } = start();
    expect(every()).toBe(5000);
    view.update();
    set({ waitingFor: undefined });
    tick();
    set({ phase: 'saving' });
    view.update();
    view.update();
    view.stop();
    expect(stopped()).toBe(true);
    expect(lines).toEqual([
      'waiting: 0 of 5 batches ready, rate limited, 12 s',
      'waiting: 0 of 5 batches ready',
      'saving: 0 of 5 batches ready',
    ]);
  });
});

describe('which view there is', () => {
  async function show(env: Record<string, string>, { isTTY = true, quiet = false } = {}): Promise<string> {
    const { stream, text } = fakeStream({ isTTY });
    const output = createOutput({ stdout: stream, stderr: stream }, () => []);
    const display = createProgressDisplay({ output, env, plan: { batches: 1, assets: 1 }, quiet });
    display.onProgress({ type: 'asset-ready', assetId: 'a' });
    await display.start();
    display.stop();
    return text();
  }
  const line = 'waiting: 0 of 1 batch ready, 0 of 1 file\n';

  test('a live one on a terminal, with colors', async () => {
    expect(await show({})).toContain('\u001B[36mwaiting\u001B[39m');
    expect(await show({ CI: 'false' })).toContain('\u001B[36m');
  });

  test('a live one without colors, where NO_COLOR is set', async () => {
    const text = await show({ NO_COLOR: '1' });
    expect(text).toContain('\u001B[?25l');
    expect(text).not.toContain('\u001B[36m');
  });

  test.each([
    ['CI is set', { CI: 'true' }, {}],
    ['the terminal is dumb', { TERM: 'dumb' }, {}],
    ['it is no terminal', {}, { isTTY: false }],
  ])('lines where %s', async (_name, env, options) => {
    expect(await show(env as Record<string, string>, options)).toBe(line);
  });

  test('none with --quiet', async () => {
    expect(await show({}, { quiet: true })).toBe('');
  });
});
