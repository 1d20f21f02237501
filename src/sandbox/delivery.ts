import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Effect } from './effects.js';
import type { Reply } from './reply.js';
import type { RequestNotes } from './record-request.js';

/** Small enough to count what was sent before a client went away, large enough to be fast. */
const PIECE_BYTES = 256 * 1024;

/** An exchange that is going on at one of the hosts. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  notes: RequestNotes;
}

/** The effect that ends the exchange without an answer before anything is done, if there is one. */
export function endsAtOnce(effects: readonly Effect[]): Effect | undefined {
  return effects.find(
    (effect) => (effect.type === 'drop' || effect.type === 'stall') && effect.afterBytes === undefined,
  );
}

/** Ends the exchange without an answer: closes the connection, or leaves it open and silent. */
export function sendNothing({ response }: Exchange, effect: Effect): void {
  if (effect.type !== 'stall') response.socket?.destroy();
}

/**
 * Sends the answer, as whole, slow or incomplete as the effects want it. Resolves when there is no more to send;
 * a client that goes away ends it too.
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
    // Counted before anyone else hears that the answer has ended.
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
    // The client is gone: the loop sees that by itself.
  } finally {
    response.off('close', onClose);
  }
}
