import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { InvalidResponseError, NetworkError } from '../../errors.js';
import { redactUrl } from '../../redact.js';
import { isSecure } from '../../require.js';
import type { Transport } from './transport.js';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 5;

/** An answer whose body is not read yet. */
export interface Exchange {
  response: IncomingMessage;
  /** Where it came from, after redirects. A signed URL. */
  url: string;
}

/**
 * Sends a GET and resolves when the head of its answer is here, whatever the status. Redirects are followed, but never
 * to plain http on another machine.
 *
 * @param signal ends the exchange, the body included; the promise rejects with its `reason`
 * @throws {NetworkError} when there was no answer
 * @throws {InvalidResponseError} for redirects that lead nowhere
 */
export async function exchange(
  transport: Transport,
  url: string,
  headers: OutgoingHttpHeaders,
  signal: AbortSignal,
): Promise<Exchange> {
  let at = new URL(url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await send(transport.get(at, headers), redactUrl(at.href), signal);
    const { location } = response.headers;
    if (!REDIRECTS.has(response.statusCode ?? 0) || location === undefined) return { response, url: at.href };
    // The body of a redirect is of no use; a connection is cheaper than an endless one.
    response.destroy();
    at = follow(at, location);
  }
  throw new InvalidResponseError(`${redactUrl(url)} redirects more than ${MAX_REDIRECTS} times.`);
}

function follow(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href)) {
    throw new InvalidResponseError(`${redactUrl(from.href)} redirects to something that is not a URL.`);
  }
  const to = new URL(location, from);
  if (!isSecure(to) || (from.protocol === 'https:' && to.protocol !== 'https:')) {
    throw new InvalidResponseError(`${redactUrl(from.href)} redirects to ${redactUrl(to.href)}, which is not https.`);
  }
  return to;
}

function send(request: ClientRequest, label: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined;
    const onAbort = () => {
      reject(signal.reason as Error);
      answer?.destroy(signal.reason as Error);
      request.destroy();
    };
    const forget = () => signal.removeEventListener('abort', onAbort);
    request.once('response', (response) => {
      answer = response;
      // A body that breaks off after its reader has left must not end the process.
      response.on('error', () => undefined);
      resolve(response);
    });
    // Stays after the first: a destroyed request may tell of it again.
    request.on('error', (cause) => {
      reject(new NetworkError(`No answer from ${label}: ${cause.message}.`, { cause }));
    });
    request.once('close', forget);
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    request.end();
  });
}
