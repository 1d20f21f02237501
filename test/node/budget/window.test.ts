import { expect, it } from 'vitest';
import { createWindow } from '../../../src/node/budget/window.js';

/** Notes which of those that wait may go on. */
function createNotes() {
  const woken: string[] = [];
  const watch = (name: string, pause: Promise<void> | undefined) => void pause?.then(() => woken.push(name));
  const settled = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return woken;
  };
  return { watch, settled };
}

it('lets as many begin as fit, by their number and by their bytes', () => {
  const few = createWindow(3, 1000);
  expect([few.enter(1), few.enter(1)]).toEqual([undefined, undefined]);
  expect(few.enter(1)).toBeInstanceOf(Promise);
  const small = createWindow(100, 1000);
  expect(small.enter(999)).toBeUndefined();
  expect(small.enter(1)).toBeInstanceOf(Promise);
});

it('lets one go on for each that ends, in the order in which they came', async () => {
  const window = createWindow(1, 1000);
  const { watch, settled } = createNotes();
  for (const name of ['a', 'b', 'c']) watch(name, window.enter(1));
  expect(await settled()).toEqual([]);
  window.leave(1);
  expect(await settled()).toEqual(['a']);
  window.leave(1);
  window.leave(1);
  expect(await settled()).toEqual(['a', 'b', 'c']);
});

it('has room again when all have ended', () => {
  const window = createWindow(2, 1000);
  void window.enter(1);
  void window.enter(1);
  window.leave(1);
  window.leave(1);
  expect(window.enter(1)).toBeUndefined();
});
