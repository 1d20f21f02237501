import type { ByteConsumer } from '../byte-source.js';
import type { Slab } from './slabs.js';

/** Hears how the reading of a body goes. */
export interface BodyWatcher {
  /** Bytes have come. They are handed on later. */
  received(count: number): void;
  /** Nothing more is asked for until `resumed`: the consumer is behind. */
  paused(): void;
  resumed(): void;
  /** All bytes have come. The consumer may still be busy with them. */
  ended(): void;
}

/** Hands the bytes of a body on, as many at a time as lie next to each other. */
export interface BodyPump {
  /** Who gets them; nobody as long as it is undefined. */
  consume: ByteConsumer | undefined;
  /** How many stretches were handed on and are still in use. */
  held(): number;
  /** Adds bytes that lie in a slab. */
  take: (body: Buffer, slab: Slab) => void;
  /** Hands on what was added. */
  handOn: () => void;
}

export interface BodyPumpOptions {
  hold: (slab: Slab) => void;
  release: (slab: Slab) => void;
  /** Called when a stretch is no longer in use. */
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
