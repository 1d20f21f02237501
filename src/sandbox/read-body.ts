import type { IncomingMessage } from 'node:http';

const MAX_BYTES = 16 * 1024 * 1024;

/** The whole body of a request; undefined when it is larger than anyone needs. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    // Read to its end nevertheless, so that the answer can be heard.
    if (size <= MAX_BYTES) pieces.push(piece);
  }
  return size <= MAX_BYTES ? Buffer.concat(pieces) : undefined;
}
