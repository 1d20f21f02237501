import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Slab, SlabPool } from './slabs.js';

/** Takes what a connection brings. */
export interface ConnectionListener {
  /** Bytes in a slab; to keep them, `hold` the slab. False asks for a pause. */
  bytes(bytes: Buffer, slab: Slab): boolean;
  /** The slab is full: what is wanted of it has to be taken now. */
  full(): void;
  /** It has ended, with an error or without. Nothing comes any more. */
  closed(error: Error | undefined): void;
}

/** A connection to a host, which brings bytes into slabs. */
export interface Connection {
  /** Who listens; may be changed between two answers. */
  listener: ConnectionListener | undefined;
  send(text: string): void;
  /** Ends a pause. */
  resume(): void;
  /** Says that a slab is still needed, until `release`. */
  hold: (slab: Slab) => void;
  release: (slab: Slab) => void;
  destroy(): void;
  isClosed(): boolean;
  /** Whether the process should live on because of it. */
  setActive(active: boolean): void;
}

/** A smaller rest of a slab is not worth a read. */
const MIN_READ_BYTES = 64 * 1024;

/**
 * Opens a connection. Node's own HTTP client allocates and copies every chunk; this one receives into memory that is
 * used again, which takes a third of the time at a gigabyte a second.
 *
 * @param tunnel what leads through a proxy; else a new connection is made
 * @param tlsSession of an earlier connection to the host
 */
export function openConnection(
  url: URL,
  slabs: SlabPool,
  tunnel: Socket | undefined,
  tlsSession: { get: () => Buffer | undefined; set: (session: Buffer) => void },
  onClosed: () => void,
): Connection {
  let slab = slabs.take();
  let filled = 0;
  /** Nothing is received any more: the last slab goes back as well. */
  let isOver = false;

  const drop = (old: Slab) => {
    if (old.users === 0) slabs.give(old);
  };
  const nextRegion = (): Buffer => {
    if (slab.bytes.length - filled < MIN_READ_BYTES) {
      connection.listener?.full();
      const old = slab;
      slab = slabs.take();
      filled = 0;
      drop(old);
    }
    return slab.bytes.subarray(filled);
  };
  const receive = (count: number): boolean => {
    const bytes = slab.bytes.subarray(filled, filled + count);
    filled += count;
    // Nobody asked: a host that speaks out of turn is not spoken to again.
    if (connection.listener === undefined) {
      socket.destroy();
      return false;
    }
    return connection.listener.bytes(bytes, slab);
  };
  const onread: OnReadOpts = { buffer: nextRegion, callback: (count) => receive(count) };

  const socket = connectSocket(url, tunnel, onread, tlsSession);
  if (tunnel !== undefined) {
    // Through a tunnel Node has no `onread`, and the bytes have to be copied.
    socket.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length;) {
        const count = chunk.copy(nextRegion(), 0, at);
        at += count;
        if (!receive(count)) socket.pause();
      }
    });
  }
  let failure: Error | undefined;
  socket.setNoDelay(true);
  socket.on('error', (error) => (failure = error));
  socket.on('end', () => socket.destroy());
  socket.on('close', () => {
    connection.listener?.closed(failure);
    connection.listener = undefined;
    isOver = true;
    drop(slab);
    onClosed();
  });

  const connection: Connection = {
    listener: undefined,
    send: (text) => void socket.write(text, 'latin1'),
    resume: () => void socket.resume(),
    hold(held) {
      held.users++;
    },
    release(held) {
      held.users--;
      if (held !== slab || isOver) drop(held);
    },
    destroy: () => void socket.destroy(),
    isClosed: () => socket.destroyed,
    setActive(active) {
      if (active) socket.ref();
      else socket.unref();
    },
  };
  return connection;
}

function connectSocket(
  url: URL,
  tunnel: Socket | undefined,
  onread: OnReadOpts,
  tlsSession: { get: () => Buffer | undefined; set: (session: Buffer) => void },
): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isTls = url.protocol === 'https:';
  const port = Number(url.port || (isTls ? 443 : 80));
  if (!isTls) return connectTcp({ host, port, onread });
  const session = tlsSession.get();
  const socket = connectTls({
    // Of a tunnel, the certificate is checked for the host as well.
    host,
    ...(tunnel === undefined ? { port, onread } : { socket: tunnel }),
    ...(isIP(host) === 0 && { servername: host }),
    ...(session !== undefined && { session }),
    ALPNProtocols: ['http/1.1'],
  });
  socket.on('session', tlsSession.set);
  return socket;
}
