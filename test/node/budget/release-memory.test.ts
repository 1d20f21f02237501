import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { releaseMemory } from '../../../src/node/budget/release-memory.js';

it('empties a large buffer at once, so that its memory is free', () => {
  const buffer = Buffer.allocUnsafe(1024 * 1024);
  releaseMemory(buffer);
  expect(buffer).toHaveLength(0);
  expect(buffer.buffer.byteLength).toBe(0);
});

it('leaves small buffers alone: they may share their memory', () => {
  const buffer = Buffer.from('a small one');
  releaseMemory(buffer);
  expect(buffer.toString()).toBe('a small one');
});

it('leaves buffers alone that share a memory of any size, as they do in other versions of Node', () => {
  const usual = Buffer.poolSize;
  onTestFinished(() => void (Buffer.poolSize = usual));
  Buffer.poolSize = 1024 * 1024;
  // Too large for what is left of the memory of before.
  const first = Buffer.from('a'.repeat(usual));
  const second = Buffer.from('b'.repeat(100_000));
  expect(second.buffer).toBe(first.buffer);
  releaseMemory(second);
  expect(first.toString()).toBe('a'.repeat(usual));
  expect(second.toString()).toBe('b'.repeat(100_000));
});

it('keeps the memory of a process low that makes and drops buffers without a pause', async () => {
  await turn();
  const before = process.memoryUsage().arrayBuffers;
  for (let made = 0; made < 64; made++) releaseMemory(Buffer.alloc(8 * 1024 * 1024));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
});
