import { NetworkError } from '../../errors.js';
import { oneLine } from '../../one-line.js';
import type { ByteConsumer } from '../byte-source.js';
import { createBodyDecoder, type BodyDecoder } from './body-decoder.js';
import { createBodyPump, type BodyWatcher } from './body-pump.js';
import type { Connection } from './connection.js';
import { createEarlyBytes } from './early-bytes.js';
import { createHeadReader } from './head-reader.js';
import type { HeaderFields, ResponseHead } from './response-head.js';
import type { Slab } from './slabs.js';

/** An answer. Its body waits until it is read. */
export interface HttpResponse {
  status: number;
  headers: HeaderFields;
  /**
   * Hands the body on, in order. A chunk may be used until the promise that the consumer has returned is fulfilled.
   * Resolves when the body has ended as it should and every such promise is fulfilled.
   *
   * @throws {NetworkError} when the body breaks off; what had come was handed on before
   */
  read(consume: ByteConsumer, watcher: BodyWatcher): Promise<void>;
  /** Ends the exchange and its connection. */
  destroy(): void;
}

/** Thrown when a connection ended before a byte of the answer came. */
export class NoAnswerError extends NetworkError {}

export interface ExchangeOptions {
  /** The request, with the empty line at its end. */
  text: string;
  /** How messages call the host. */
  label: string;
  signal: AbortSignal;
  /** Called when the answer is over and the connection can have another. */
  onFree: () => void;
}

/** How many slabs a consumer may keep before it has to catch up. */
const MAX_HELD_SLABS = 2;

/**
 * Sends a request over a connection and resolves to the answer when its head is here.
 *
 * @throws {NetworkError} when the connection ends before
 * @throws {InvalidResponseError} when the answer is not HTTP/1.1
 */
export function exchangeOver(connection: Connection, options: ExchangeOptions): Promise<HttpResponse> {
  const { text, label, signal, onFree } = options;
  const headReader = createHeadReader(label);
  let head: ResponseHead | undefined;
  let decoder: BodyDecoder | undefined;
  /** What came before there was a reader: with the head, and from TLS, which hands on what it has decrypted, pause or not. */
  const early = createEarlyBytes(connection);
  /** How the connection ended before there was a reader. */
  let ended: { error: Error | undefined } | undefined;
  /** Of the reader, once there is one. */
  let watcher: BodyWatcher | undefined;
  let failure: { error: unknown } | undefined;
  /** Whether the connection is no longer this exchange's. */
  let isOver = false;
  let rejectHead: (error: unknown) => void = () => undefined;
  let settleBody: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  const leave = () => {
    isOver = true;
    connection.listener = undefined;
    signal.removeEventListener('abort', onAbort);
  };
  const fail = (error: unknown) => {
    if (failure !== undefined) return;
    failure = { error };
    if (!isOver) {
      leave();
      connection.destroy();
    }
    early.drop();
    rejectHead(error);
    settleIfQuiet();
  };
  const onAbort = () => {
    // What has come need not be asked for again.
    pump.handOn();
    fail(signal.reason);
  };

  /** Nobody hears of the end before everything that was handed on is taken: until then its memory is in use. */
  const settleIfQuiet = () => {
    if (pump.held() > 0) return;
    if (failure !== undefined) settleBody?.reject(failure.error);
    else if (isOver) settleBody?.resolve();
  };

  const pump = createBodyPump({
    hold: connection.hold,
    release: connection.release,
    fail,
    taken() {
      if (!isOver && pump.held() === MAX_HELD_SLABS - 1) {
        watcher?.resumed();
        connection.resume();
      }
      settleIfQuiet();
    },
  });

  const finish = (isClean: boolean) => {
    leave();
    watcher?.ended();
    pump.handOn();
    if (isClean && head?.keepAlive) onFree();
    else connection.destroy();
    settleIfQuiet();
  };

  const decode = (bytes: Buffer, slab: Slab): void => {
    const used = decoder?.push(bytes, (body) => {
      watcher?.received(body.length);
      pump.take(body, slab);
    });
    if (decoder?.isDone()) finish(used === bytes.length && early.isEmpty());
  };

  const onClosed = (error: Error | undefined): void => {
    if (head !== undefined && watcher === undefined) {
      ended = { error };
      return;
    }
    if (decoder?.endsWithConnection && error === undefined) {
      finish(false);
      return;
    }
    pump.handOn();
    const reason = error ? oneLine(error.message) : 'the connection was closed';
    if (head !== undefined) fail(new NetworkError(`The answer of ${label} broke off: ${reason}.`, { cause: error }));
    else fail(new NoAnswerError(`No answer from ${label}: ${reason}.`, { cause: error }));
  };

  const read: HttpResponse['read'] = (consume, bodyWatcher) =>
    new Promise<void>((resolve, reject) => {
      settleBody = { resolve, reject };
      watcher = bodyWatcher;
      pump.consume = consume;
      try {
        early.read((bytes, slab) => {
          if (!isOver) decode(bytes, slab);
          pump.handOn();
        });
      } catch (error) {
        fail(error);
      }
      if (ended && !isOver) onClosed(ended.error);
      if (isOver) settleIfQuiet();
      else connection.resume();
    });

  return new Promise<HttpResponse>((resolve, reject) => {
    rejectHead = reject;
    const takeHead = (bytes: Buffer, slab: Slab): void => {
      const found = headReader.push(bytes);
      if (found === undefined) return;
      head = found.head;
      decoder = createBodyDecoder(head.body, label);
      early.keep(found.rest, slab);
      resolve({ status: head.status, headers: head.headers, read, destroy });
    };
    const destroy = () => fail(new NetworkError(`The exchange with ${label} was ended.`));

    connection.listener = {
      bytes(bytes, slab) {
        try {
          if (head === undefined) takeHead(bytes, slab);
          else if (watcher === undefined) early.keep(bytes, slab);
          else decode(bytes, slab);
        } catch (error) {
          fail(error);
        }
        if (watcher === undefined) return head === undefined;
        if (pump.held() < MAX_HELD_SLABS) return true;
        watcher.paused();
        return false;
      },
      full: pump.handOn,
      closed: onClosed,
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    connection.send(text);
    connection.resume();
  });
}
