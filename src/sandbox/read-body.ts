import type { IncomingMessage } from 'node:http';

const MAX_BYTES = 16 * 1024 * 1024;

/** Reads the body of a request. Undefined if it is larger than 16 MiB. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    // A body that is too large is read to its end nevertheless, so that the client receives the response.
    if (size <= MAX_BYTES) pieces.push(piece);
  }
  return size <= MAX_BYTES ? Buffer.concat(pieces) : undefined;
}
