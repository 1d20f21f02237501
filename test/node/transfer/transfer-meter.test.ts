import { expect, test } from 'vitest';
import type { SaveEvent } from '../../../src/node/events.js';
import { createConnectionPool } from '../../../src/node/transfer/connection-pool.js';
import { createTransferMeter, type Later } from '../../../src/node/transfer/transfer-meter.js';

function setUp() {
  const clock = { now: 1_000_000 };
  const now = () => clock.now;
  const told: number[] = [];
  const waiting = new Map<() => void, number>();
  const later: Later = (ms, call) => {
    waiting.set(call, ms);
    return () => void waiting.delete(call);
  };
  const tell = (event: SaveEvent) => {
    if (event.type === 'transfer') told.push(event.receivedBytes);
  };
  const meter = createTransferMeter(createConnectionPool(1, now), now, tell, later);
  const pass = () => {
    for (const [call, ms] of waiting) {
      clock.now += ms;
      waiting.delete(call);
      call();
    }
  };
  return { clock, told, waiting, meter, transfer: meter.begin(), pass };
}

test('the last bytes of a burst are told of, though nothing comes after them', () => {
  const { clock, told, waiting, transfer, pass } = setUp();
  transfer.received(1);
  clock.now += 40;
  transfer.received(10);
  transfer.received(100);
  expect(told).toEqual([1]);
  expect([...waiting.values()]).toEqual([60]);
  pass();
  expect(told).toEqual([1, 111]);
  expect(waiting.size).toBe(0);
});

test('what comes in time is told of once', () => {
  const { clock, told, waiting, meter, transfer } = setUp();
  transfer.received(1);
  transfer.received(10);
  clock.now += 100;
  transfer.received(100);
  expect(told).toEqual([1, 111]);
  expect(waiting.size).toBe(0);
  transfer.received(1000);
  meter.flush();
  meter.flush();
  expect(told).toEqual([1, 111, 1111]);
  expect(waiting.size).toBe(0);
});

test('nothing is told of when the run is over', () => {
  const { told, waiting, meter, transfer } = setUp();
  transfer.received(1);
  transfer.received(10);
  meter.close();
  expect(waiting.size).toBe(0);
  transfer.received(100);
  expect(told).toEqual([1]);
  expect(waiting.size).toBe(0);
});
