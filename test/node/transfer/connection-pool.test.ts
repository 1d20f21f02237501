import { describe, expect, it } from 'vitest';
import { createConnectionPool } from '../../../src/node/transfer/connection-pool.js';

const MEGABYTE = 1024 * 1024;

/** A pool, endless work for it, and what it does when so many bytes come in each tenth of a second, or in `ms`. */
function createSlowly(max: number) {
  let now = 0;
  const pool = createConnectionPool(max, () => now);
  const { signal } = new AbortController();
  const addWork = (count = 100) => {
    for (let at = 0; at < count; at++) void pool.run(() => new Promise(() => undefined), signal);
  };
  const receive = async (megabytes: number, { ms = 100, pausedMs = 0 } = {}) => {
    if (pausedMs > 0) pool.paused();
    now += pausedMs;
    if (pausedMs > 0) pool.resumed();
    now += ms - pausedMs;
    pool.received(megabytes * MEGABYTE);
    await new Promise((resolve) => setImmediate(resolve));
    return pool.active();
  };
  return { addWork, receive };
}

/** What a pool does that has had work since its first tenth of a second. */
function setUp(max: number) {
  const { addWork, receive } = createSlowly(max);
  addWork();
  void receive(0);
  return receive;
}

describe('createConnectionPool', () => {
  it('opens more connections while each is slow', async () => {
    const receive = setUp(16);
    expect([await receive(8), await receive(16), await receive(32)]).toEqual([8, 16, 16]);
  });

  it('stops when more brings nothing', async () => {
    const receive = setUp(64);
    expect([await receive(8), await receive(8.1), await receive(8)]).toEqual([8, 8, 8]);
  });

  it('stays with a few where they are fast', async () => {
    const receive = setUp(16);
    expect([await receive(80), await receive(80)]).toEqual([4, 4]);
  });

  it('opens more when they are slow after a fast beginning', async () => {
    const receive = setUp(16);
    expect([await receive(80), await receive(8), await receive(16)]).toEqual([4, 8, 16]);
  });

  it('opens more after a silence, as of a host that has sent more than its share', async () => {
    const receive = setUp(16);
    expect([await receive(80), await receive(1, { ms: 900 }), await receive(16)]).toEqual([4, 8, 16]);
  });

  it('opens none while those there are wait for this machine', async () => {
    const receive = setUp(16);
    expect([await receive(8, { pausedMs: 50 }), await receive(8, { ms: 500, pausedMs: 400 })]).toEqual([4, 4]);
    expect(await receive(9)).toBe(8);
  });

  it('does not take one that waits for a moment for all of them', async () => {
    const receive = setUp(16);
    expect([await receive(8, { pausedMs: 30 }), await receive(16, { pausedMs: 30 })]).toEqual([8, 16]);
  });

  it('counts for how long it waits, from one window to the next', async () => {
    let now = 0;
    const pool = createConnectionPool(16, () => now);
    for (let at = 0; at < 100; at++) void pool.run(() => new Promise(() => undefined), new AbortController().signal);
    now = 100;
    pool.received(0);
    pool.paused();
    for (now = 200; now < 1000; now += 100) pool.received(MEGABYTE);
    await new Promise((resolve) => setImmediate(resolve));
    expect(pool.active()).toBe(4);
  });

  it('does not take the time before there was work for all for slowness', async () => {
    const { addWork, receive } = createSlowly(16);
    await receive(0.1);
    addWork();
    expect([await receive(0.1), await receive(80), await receive(80)]).toEqual([4, 4, 4]);
  });

  it('opens none for the little that is left', async () => {
    const { addWork, receive } = createSlowly(16);
    addWork(7);
    expect([await receive(1), await receive(8), await receive(8)]).toEqual([4, 4, 4]);
    addWork(1);
    expect(await receive(8)).toBe(8);
  });

  it('never has more than the most', async () => {
    const receive = setUp(3);
    expect([await receive(1), await receive(2)]).toEqual([3, 3]);
  });

  it('does nothing that was called off while it waited', async () => {
    const pool = createConnectionPool(1, () => 0);
    const controller = new AbortController();
    let end = (): void => undefined;
    const first = pool.run(() => new Promise<void>((resolve) => (end = resolve)), controller.signal);
    const second = pool.run(() => Promise.resolve('done'), controller.signal);
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error('enough'));
    end();
    await first;
    await expect(second).rejects.toThrow('enough');
  });
});
