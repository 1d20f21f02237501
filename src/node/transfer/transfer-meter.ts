import type { FileEvent } from '../events.js';
import type { ConnectionPool } from './connection-pool.js';

/** Counts the bytes of a run, and tells of them now and then. */
export interface TransferMeter {
  receivedBytes(): number;
  /** Counts those of one file at its host as well. */
  begin(): Transfer;
  /** Tells of the last bytes too. */
  flush(): void;
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

const EVERY_MS = 100;

/** @param now epoch milliseconds */
export function createTransferMeter(
  pool: ConnectionPool,
  now: () => number,
  tell: (event: FileEvent) => void,
): TransferMeter {
  let receivedBytes = 0;
  let expectedBytes = 0;
  let told = { receivedBytes, expectedBytes };
  let toldAt = 0;
  const flush = () => {
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
          if (now() - toldAt >= EVERY_MS) flush();
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
      if (receivedBytes > told.receivedBytes || expectedBytes !== told.expectedBytes) flush();
    },
  };
}
