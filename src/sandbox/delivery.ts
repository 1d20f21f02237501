import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Effect } from './effects.js';
import type { Reply } from './reply.js';
import type { RequestNotes } from './record-request.js';

/** Small enough to tell how much was sent when a client disconnects, large enough to be fast. */
const PIECE_BYTES = 256 * 1024;

/** A request to one of the hosts, and its response. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  notes: RequestNotes;
}

/** Returns the effect that prevents both the operation and the response, if there is one. */
export function endsAtOnce(effects: readonly Effect[]): Effect | undefined {
  return effects.find(
    (effect) => (effect.type === 'drop' || effect.type === 'stall') && effect.afterBytes === undefined,
  );
}

/** Sends no response: closes the connection, or leaves it open if the effect is a stall. */
export function sendNothing({ response }: Exchange, effect: Effect): void {
  if (effect.type !== 'stall') response.socket?.destroy();
}

/**
 * Sends the response, slowed down or cut off by the effects. Resolves when there is nothing more to send, or the client
 * has disconnected.
 */
export async function sendReply(exchange: Exchange, reply: Reply, effects: readonly Effect[]): Promise<void> {
  const { request, response, notes } = exchange;
  const cut = effects.find((effect) => effect.type === 'drop' || effect.type === 'stall');
  const trickle = effects.find((effect) => effect.type === 'trickle');
  const body = request.method === 'HEAD' ? Buffer.alloc(0) : reply.body.subarray(0, cut?.afterBytes);
  const pieceBytes = trickle?.chunkBytes ?? PIECE_BYTES;

  response.writeHead(reply.status, { 'content-length': reply.body.length, ...reply.headers });
  let at = 0;
  while (body.length - at > pieceBytes && !response.destroyed) {
    await write(response, body.subarray(at, at + pieceBytes), notes);
    at += pieceBytes;
    if (trickle) await pause(response, trickle.everyMs);
  }
  if (response.destroyed) return;
  if (!cut) {
    await end(response, body.subarray(at), notes);
    return;
  }
  response.flushHeaders();
  if (at < body.length) await write(response, body.subarray(at), notes);
  if (cut.type === 'drop') response.socket?.destroy();
}

function write(response: ServerResponse, piece: Buffer, notes: RequestNotes): Promise<void> {
  return new Promise((resolve) => {
    response.write(piece, (error) => {
      if (!error) notes.bytesSent += piece.length;
      resolve();
    });
  });
}

function end(response: ServerResponse, piece: Buffer, notes: RequestNotes): Promise<void> {
  return new Promise((resolve) => {
    // Counted before the listener that records the request is called.
    response.prependOnceListener('finish', () => {
      notes.bytesSent += piece.length;
    });
    response.once('close', resolve);
    response.end(piece);
  });
}

async function pause(response: ServerResponse, ms: number): Promise<void> {
  const closed = new AbortController();
  const onClose = () => closed.abort();
  response.once('close', onClose);
  try {
    await sleep(ms, undefined, { signal: closed.signal });
  } catch {
    // The client has disconnected, which the loop of the caller checks.
  } finally {
    response.off('close', onClose);
  }
}
