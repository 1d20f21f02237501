import type { HttpResponse } from '../../src/node/http/http-exchange.js';

/** Reads a body to its end. */
export async function readText(response: HttpResponse): Promise<string> {
  const chunks: Buffer[] = [];
  const nothing = () => undefined;
  await response.read(
    (chunk): undefined => {
      chunks.push(Buffer.from(chunk));
    },
    { received: nothing, paused: nothing, resumed: nothing, ended: nothing },
  );
  return Buffer.concat(chunks).toString();
}
