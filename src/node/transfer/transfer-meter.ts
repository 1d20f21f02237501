import type { FileEvent } from '../events.js';
import type { ConnectionPool } from './connection-pool.js';

/** Counts the bytes of a run and emits progress events at intervals. */
export interface TransferMeter {
  receivedBytes(): number;
  /** Starts counting another transfer. */
  begin(): Transfer;
  /** Emits an event if anything has changed since the last one. */
  flush(): void;
  /** Cancels the pending event. Bytes that are received later emit none. */
  close(): void;
}

/** Counts the received and the expected bytes of one file. */
export interface Transfer {
  /** Adds received bytes. */
  received: (count: number) => void;
  /** The connection is idle until `resumed`: received bytes are still being processed, or a retry is due later. */
  paused: () => void;
  resumed: () => void;
  /** Adds to the number of expected bytes; a negative number reduces it. */
  expect: (bytes: number) => void;
  /** Reduces the number of expected bytes by those that have not been received. */
  expectNoMore: () => void;
}

/** Calls the function once after a delay. Returns a function that cancels the call. */
export type Later = (ms: number, call: () => void) => () => void;

const EVERY_MS = 100;

/** Uses the runtime's timer, without keeping the process alive. */
const laterSystem: Later = (ms, call) => {
  const timer = setTimeout(call, ms).unref();
  return () => clearTimeout(timer);
};

/** @param now epoch milliseconds */
export function createTransferMeter(
  pool: ConnectionPool,
  now: () => number,
  tell: (event: FileEvent) => void,
  later = laterSystem,
): TransferMeter {
  let isClosed = false;
  let receivedBytes = 0;
  let expectedBytes = 0;
  let told = { receivedBytes, expectedBytes };
  let toldAt = 0;
  let forget: (() => void) | undefined;
  const cancel = () => {
    forget?.();
    forget = undefined;
  };
  const tellNow = () => {
    cancel();
    toldAt = now();
    told = { receivedBytes, expectedBytes };
    tell({ type: 'transfer', receivedBytes, expectedBytes, connections: pool.active() });
  };
  return {
    receivedBytes: () => receivedBytes,
    begin() {
      /** How many of the expected bytes have not been received; negative after unexpected ones. */
      let due = 0;
      return {
        received(bytes) {
          due -= bytes;
          receivedBytes += bytes;
          pool.received(bytes);
          if (isClosed) return;
          const waitMs = toldAt + EVERY_MS - now();
          if (waitMs <= 0) tellNow();
          // These bytes may be the last for a long time, and must be reported all the same.
          else forget ??= later(Math.min(waitMs, EVERY_MS), tellNow);
        },
        paused: pool.paused,
        resumed: pool.resumed,
        expect(bytes) {
          due += bytes;
          expectedBytes += bytes;
        },
        expectNoMore() {
          // `due` is negative after unexpected bytes, such as those that were requested again.
          expectedBytes -= Math.max(0, due);
          due = 0;
        },
      };
    },
    flush() {
      if (receivedBytes > told.receivedBytes || expectedBytes !== told.expectedBytes) tellNow();
    },
    close() {
      isClosed = true;
      cancel();
    },
  };
}
