import { isUtf8 } from 'node:buffer';
import { InvalidResponseError } from '../../errors.js';
import { redactUrl } from '../../redact.js';
import { isSecureUrl } from '../../require.js';
import type { HttpResponse } from './http-exchange.js';
import type { Transport } from './transport.js';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 5;

/** An answer whose body is not read yet. */
export interface Exchange {
  response: HttpResponse;
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
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Exchange> {
  let at = new URL(url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await transport.get(at, headers, signal);
    const { location } = response.headers;
    if (!REDIRECTS.has(response.status) || location === undefined) return { response, url: at.href };
    // The body of a redirect is of no use; a connection is cheaper than an endless one.
    response.destroy();
    at = follow(at, location);
  }
  throw new InvalidResponseError(`${redactUrl(url)} redirects more than ${MAX_REDIRECTS} times.`);
}

function follow(from: URL, field: string): URL {
  // Heads are read byte by byte, but some hosts put UTF-8 there.
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
