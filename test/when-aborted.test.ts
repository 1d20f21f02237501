import { getEventListeners } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { delay } from '../src/delay.js';
import { whenAborted } from '../src/when-aborted.js';
import { watchWarnings } from './helpers/warnings.js';

test('calls all in the order in which they came, once, and is one listener to the signal', () => {
  const controller = new AbortController();
  const { signal } = controller;
  const called: number[] = [];
  const forgets = [1, 2, 3, 4].map((number) => whenAborted(signal, () => called.push(number)));
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  forgets[1]?.();
  controller.abort();
  signal.dispatchEvent(new Event('abort'));
  expect(called).toEqual([1, 3, 4]);
});

test('hears of it on a signal that others listen to as well', () => {
  const controller = new AbortController();
  const called: number[] = [];
  controller.signal.addEventListener('abort', () => called.push(1));
  whenAborted(controller.signal, () => called.push(2));
  controller.signal.addEventListener('abort', () => called.push(3));
  controller.abort();
  expect(called).toEqual([1, 2, 3]);
});

test('leaves nothing on the signal when the last is taken off, however often that is done', () => {
  const controller = new AbortController();
  const { signal } = controller;
  const called: number[] = [];
  const forget = whenAborted(signal, () => called.push(1));
  forget();
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  whenAborted(signal, () => called.push(2));
  forget();
  controller.abort();
  expect(called).toEqual([2]);
});

test('one that another takes off while they are called is not called', () => {
  const controller = new AbortController();
  const called: number[] = [];
  whenAborted(controller.signal, () => forget());
  const forget = whenAborted(controller.signal, () => called.push(2));
  controller.abort();
  expect(called).toEqual([]);
});

test('one that is added while they are called, or later, is called at once', () => {
  const controller = new AbortController();
  const { signal } = controller;
  const called: number[] = [];
  whenAborted(signal, () => whenAborted(signal, () => called.push(1)));
  controller.abort();
  whenAborted(signal, () => called.push(2));
  expect(called).toEqual([1, 2]);
});

test('one that throws keeps no other from being called, and is not swallowed', async () => {
  const controller = new AbortController();
  const called: number[] = [];
  const failure = new Error('a fault of a listener');
  whenAborted(controller.signal, () => {
    throw failure;
  });
  whenAborted(controller.signal, () => called.push(2));
  const unhandled = new Promise((resolve) => {
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').once('unhandledRejection', resolve);
    onTestFinished(() => {
      process.removeAllListeners('unhandledRejection');
      for (const listener of others) process.on('unhandledRejection', listener);
    });
  });
  controller.abort();
  expect(called).toEqual([2]);
  expect(await unhandled).toBe(failure);
});

test('a signal may be used by more than ten at once, and Node does not warn of a leak', async () => {
  const warnings = watchWarnings();
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 40 }, () => delay(1, signal)));
  expect(await warnings()).toEqual([]);
});
