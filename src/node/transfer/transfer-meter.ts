import type { FileEvent } from '../events.js';
import type { ConnectionPool } from './connection-pool.js';

/** Counts the bytes of a run, and tells of them now and then. */
export interface TransferMeter {
  receivedBytes(): number;
  /** Counts those of one file at its host as well. */
  begin(): Transfer;
  /** Tells of the last bytes too. */
  flush(): void;
  /** Nothing is told any more. */
  close(): void;
}

/** What comes of a file at its host, and what is to come. */
export interface Transfer {
  /** Bytes have come. */
  received: (count: number) => void;
  /** No more are asked for until `resumed`: those that came are still in work here, or the host is given time. */
  paused: () => void;
  resumed: () => void;
  /** More, or fewer, bytes will come. */
  expect: (bytes: number) => void;
  /** Takes back what was expected and has not come. */
  expectNoMore: () => void;
}

/** Calls the function once, unless what it returns is called before. */
export type Later = (ms: number, call: () => void) => () => void;

const EVERY_MS = 100;

/** The runtime's own. It keeps no process alive. */
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
      /** How much more is expected than has come. */
      let due = 0;
      return {
        received(bytes) {
          due -= bytes;
          receivedBytes += bytes;
          pool.received(bytes);
          if (isClosed) return;
          const waitMs = toldAt + EVERY_MS - now();
          if (waitMs <= 0) tellNow();
          // These may be the last for a long time, and who looks must not see less than there is.
          else forget ??= later(Math.min(waitMs, EVERY_MS), tellNow);
        },
        paused: pool.paused,
        resumed: pool.resumed,
        expect(bytes) {
          due += bytes;
          expectedBytes += bytes;
        },
        expectNoMore() {
          // Some bytes come that nobody had expected: those that are asked for once more, say.
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
