import { expect, it } from 'vitest';
import { createStallWatch } from '../../../src/node/http/stall-watch.js';

/** A watch of 1,000 ms, time that passes when it is told to, and how many timers there are. */
function setUp() {
  let now = 0;
  const timers = new Set<{ at: number; wake: () => void }>();
  const clock = {
    now: () => now,
    random: () => 0,
    delay: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const timer = { at: now + ms, wake: resolve };
        timers.add(timer);
        signal?.addEventListener('abort', () => {
          timers.delete(timer);
          reject(signal.reason as Error);
        });
      }),
  };
  const pass = async (ms: number) => {
    for (const end = now + ms; now < end;) {
      now = Math.min(end, ...[...timers].map(({ at }) => at));
      for (const timer of timers) {
        if (timer.at > now) continue;
        timers.delete(timer);
        timer.wake();
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const watch = createStallWatch(1000, clock);
  const stalled: string[] = [];
  const begin = (name: string) => watch.begin(() => stalled.push(`${name} at ${now}`));
  return { begin, pass, stalled, timers };
}

it('calls the one of which nothing was heard, once, and watches the others', async () => {
  const { begin, pass, stalled } = setUp();
  const first = begin('first');
  await pass(400);
  begin('second');
  await pass(500);
  first.touch();
  await pass(5000);
  expect(stalled).toEqual(['second at 1400', 'first at 1900']);
});

it('expects nothing of one that pauses', async () => {
  const { begin, pass, stalled } = setUp();
  const transfer = begin('it');
  transfer.pause();
  await pass(9000);
  expect(stalled).toEqual([]);
  transfer.resume();
  await pass(9000);
  expect(stalled).toEqual(['it at 10000']);
});

it('has one timer, and none when the last one is over', async () => {
  const { begin, pass, stalled, timers } = setUp();
  const transfers = ['a', 'b', 'c'].map(begin);
  expect(timers.size).toBe(1);
  await pass(500);
  for (const transfer of transfers) {
    expect(timers.size).toBe(1);
    transfer.stop();
  }
  expect(timers.size).toBe(0);
  await pass(5000);
  expect(stalled).toEqual([]);
});

it('watches again after the last one was over, or had stalled', async () => {
  const { begin, pass, stalled } = setUp();
  begin('a').stop();
  const stalling = begin('b');
  await pass(3000);
  begin('c');
  stalling.stop();
  await pass(3000);
  expect(stalled).toEqual(['b at 1000', 'c at 4000']);
});
