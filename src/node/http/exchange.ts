import { isUtf8 } from 'node:buffer';
import { InvalidResponseError } from '../../errors.js';
import { redactUrl } from '../../redact.js';
import { isSecureUrl } from '../../require.js';
import type { HttpResponse } from './http-exchange.js';
import type { Transport } from './transport.js';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 5;

/** A response whose body has not been read yet. */
export interface Exchange {
  response: HttpResponse;
  /** The URL that sent the response, after redirects. It is signed. */
  url: string;
}

/**
 * Sends a GET and resolves once the head of the response has arrived, whatever its status. Follows redirects, but not
 * from https to http, and not to plain http on another machine.
 *
 * @param signal aborts the exchange, including the body; the promise rejects with its `reason`
 * @throws {NetworkError} when no response arrived
 * @throws {InvalidResponseError} when the response is not HTTP/1.1, a redirect is not allowed, or there are too many
 */
export async function exchange(
  transport: Transport,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Exchange> {
  let at = new URL(url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await transport.get(at, headers, signal);
    const { location } = response.headers;
    if (!REDIRECTS.has(response.status) || location === undefined) return { response, url: at.href };
    // The body of a redirect is not needed. Reopening the connection costs less than reading a body that may never end.
    response.destroy();
    at = follow(at, location);
  }
  throw new InvalidResponseError(`${redactUrl(url)} redirects more than ${MAX_REDIRECTS} times.`);
}

function follow(from: URL, field: string): URL {
  // Response heads are decoded as Latin-1, but some hosts send UTF-8 in this field.
  const bytes = Buffer.from(field, 'latin1');
  const location = isUtf8(bytes) ? bytes.toString() : field;
  if (!URL.canParse(location, from.href)) {
    throw new InvalidResponseError(`${redactUrl(from.href)} redirects to something that is not a URL.`);
  }
  const to = new URL(location, from);
  if (!isSecureUrl(to.href) || (from.protocol === 'https:' && to.protocol !== 'https:')) {
    throw new InvalidResponseError(`${redactUrl(from.href)} redirects to ${redactUrl(to.href)}, which is not https.`);
  }
  return to;
}
