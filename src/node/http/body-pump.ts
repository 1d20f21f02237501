import type { ByteConsumer } from '../byte-source.js';
import type { Slab } from './slabs.js';

/** Is notified of the progress of reading a body. */
export interface BodyWatcher {
  /** Bytes were received. They reach the consumer later. */
  received(count: number): void;
  /** The consumer is behind, so reading is paused until `resumed`. */
  paused(): void;
  resumed(): void;
  /** All bytes were received. The consumer may still be processing them. */
  ended(): void;
}

/** Passes body bytes to a consumer. Bytes that are adjacent in a slab are passed on in one call. */
export interface BodyPump {
  /** The consumer of the bytes. While it is undefined, nothing is passed on. */
  consume: ByteConsumer | undefined;
  /** How many chunks the consumer was given and is still using. */
  held(): number;
  /** Adds bytes that are stored in `slab`. Passes on pending bytes first if these are not adjacent to them. */
  take: (body: Buffer, slab: Slab) => void;
  /** Passes the pending bytes to the consumer. */
  handOn: () => void;
}

export interface BodyPumpOptions {
  hold: (slab: Slab) => void;
  release: (slab: Slab) => void;
  /** Called when the consumer has finished with a chunk. */
  taken: () => void;
  /** Called when the consumer fails. */
  fail: (error: unknown) => void;
}

export function createBodyPump({ hold, release, taken, fail }: BodyPumpOptions): BodyPump {
  let pending: { slab: Slab; start: number; end: number } | undefined;
  let held = 0;

  const letGo = (slab: Slab) => {
    held--;
    release(slab);
    taken();
  };
  const handOn = () => {
    if (pending === undefined || pump.consume === undefined) return;
    const { slab, start, end } = pending;
    pending = undefined;
    let inUse: Promise<void> | undefined;
    try {
      inUse = pump.consume(slab.bytes.subarray(start, end));
    } catch (error) {
      fail(error);
      return;
    }
    if (inUse === undefined) return;
    held++;
    hold(slab);
    inUse.then(
      () => letGo(slab),
      (error: unknown) => {
        fail(error);
        letGo(slab);
      },
    );
  };

  const pump: BodyPump = {
    consume: undefined,
    held: () => held,
    take(body, slab) {
      const start = body.byteOffset - slab.bytes.byteOffset;
      if (pending?.slab === slab && pending.end === start) {
        pending.end += body.length;
        return;
      }
      handOn();
      pending = { slab, start, end: start + body.length };
    },
    handOn,
  };
  return pump;
}
