import { describe, expect, test } from 'vitest';
import type { Progress } from '../../../src/cli/progress/progress-state.js';
import { renderLine, renderLive } from '../../../src/cli/progress/render.js';

const start: Progress = {
  phase: 'starting',
  batches: { ready: 0, total: 5 },
  files: { done: 0, total: undefined, failed: 0 },
  bytes: { received: 0, expected: 0 },
  rate: undefined,
  secondsLeft: undefined,
  waitingFor: undefined,
};
const states: [name: string, progress: Progress][] = [
  ['the start', start],
  ['a rate limit', { ...start, phase: 'waiting', waitingFor: 'rate limited, 12 s' }],
  [
    'the middle',
    {
      ...start,
      phase: 'saving',
      batches: { ready: 2, total: 5 },
      files: { done: 1204, total: 4000, failed: 3 },
      bytes: { received: 312e6, expected: 1.2e9 },
      rate: 41.2e6,
      secondsLeft: 21.4,
    },
  ],
  [
    'single assets',
    { ...start, phase: 'saving', batches: { ready: 0, total: 0 }, files: { done: 1, total: 2, failed: 0 } },
  ],
  ['one file', { ...start, phase: 'checking', files: { done: 1, total: undefined, failed: 0 } }],
];

describe.each(states)('%s', (_name, progress) => {
  test('on a terminal, as wide as it is', () => {
    const lines = [160, 110, 80, 60, 40, 20, 5].map((width) => {
      const line = renderLive(progress, width, false);
      expect(line.length).toBeLessThan(width);
      return `${String(width).padStart(3)} |${line}`;
    });
    expect(lines.join('\n')).toMatchSnapshot();
  });

  test('in a log', () => {
    expect(renderLine(progress)).toMatchSnapshot();
  });
});

test('colors are only added where they are wanted, and take no room', () => {
  const plain = renderLive(start, 80, false);
  expect(plain).not.toContain('\u001B');
  const colored = renderLive(start, 80, true);
  // eslint-disable-next-line no-control-regex
  expect(colored.replace(/\u001B\[\d+m/g, '')).toBe(plain);
  expect(colored).not.toBe(plain);
});
