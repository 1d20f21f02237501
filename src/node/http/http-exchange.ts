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

/** A response. Receiving its body is paused until `read` is called. */
export interface HttpResponse {
  status: number;
  headers: HeaderFields;
  /**
   * Passes the body to the consumer, in order. A chunk stays valid until the promise that the consumer returned for it
   * is fulfilled. Resolves when the body is complete and all of these promises are fulfilled.
   *
   * @throws {NetworkError} when the body breaks off, after everything received has been passed on
   */
  read(consume: ByteConsumer, watcher: BodyWatcher): Promise<void>;
  /** Aborts the exchange and closes its connection. */
  destroy(): void;
}

/** Thrown when a connection ended before the head of the response was complete. */
export class NoAnswerError extends NetworkError {}

export interface ExchangeOptions {
  /** The request, including the empty line at its end. */
  text: string;
  /** Names the host in error messages. */
  label: string;
  signal: AbortSignal;
  /** Called when the response is complete and the connection can be reused. */
  onFree: () => void;
}

/** How many chunks a consumer may hold before reading is paused. A chunk is at most one slab long. */
const MAX_HELD_SLABS = 2;

/**
 * Sends a request over a connection and resolves to the response once its head has arrived.
 *
 * @throws {NetworkError} when the connection ends before that
 * @throws {InvalidResponseError} when the response is not HTTP/1.1
 */
export function exchangeOver(connection: Connection, options: ExchangeOptions): Promise<HttpResponse> {
  const { text, label, signal, onFree } = options;
  const headReader = createHeadReader(label);
  let head: ResponseHead | undefined;
  let decoder: BodyDecoder | undefined;
  /** Body bytes received before `read`: those behind the head, and those that TLS had decrypted when it was paused. */
  const early = createEarlyBytes(connection);
  /** Set when the connection ended before `read` was called. */
  let ended: { error: Error | undefined } | undefined;
  /** Defined once `read` was called. */
  let watcher: BodyWatcher | undefined;
  let failure: { error: unknown } | undefined;
  /** Whether this exchange no longer owns the connection. */
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
    // Bytes that the consumer gets now need not be requested again.
    pump.handOn();
    fail(signal.reason);
  };

  /** Settles `read` only after the consumer has finished with every chunk, because it uses their memory until then. */
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
