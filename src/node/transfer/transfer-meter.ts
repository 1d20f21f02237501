import type { FileEvent } from '../events.js';
import type { ConnectionPool } from './connection-pool.js';
import type { TransferListener } from './remote.js';

/** Counts the bytes of a run, and tells of them now and then. */
export interface TransferMeter extends TransferListener {
  receivedBytes(): number;
  /** More, or fewer, bytes will come. */
  expect(bytes: number): void;
  /** Tells of the last bytes too. */
  flush(): void;
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
  let toldBytes = 0;
  let toldAt = 0;
  const flush = () => {
    toldAt = now();
    toldBytes = receivedBytes;
    tell({ type: 'transfer', receivedBytes, expectedBytes, connections: pool.active() });
  };
  return {
    receivedBytes: () => receivedBytes,
    received(bytes) {
      receivedBytes += bytes;
      pool.received(bytes);
      if (now() - toldAt >= EVERY_MS) flush();
    },
    paused: pool.paused,
    resumed: pool.resumed,
    expect(bytes) {
      expectedBytes += bytes;
    },
    flush() {
      if (receivedBytes > toldBytes) flush();
    },
  };
}
