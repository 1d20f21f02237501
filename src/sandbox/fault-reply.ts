import type { Effect } from './effects.js';
import { errorReply, expiredReply, jsonReply, type Reply } from './reply.js';

/** Returns the response that replaces the real one, if an effect has one. */
export function replyInstead(effects: readonly Effect[], url: string): Reply | undefined {
  for (const effect of effects) {
    switch (effect.type) {
      case 'status': {
        const reply =
          effect.body === undefined
            ? errorReply(effect.status, { message: 'A fault of the sandbox' })
            : withBody(effect.status, effect.body);
        return { ...reply, headers: { ...reply.headers, ...lowerCase(effect.headers) } };
      }
      case 'body': {
        const contentType = effect.contentType ?? 'application/json';
        const body = Buffer.from(effect.body);
        return { status: effect.status ?? 200, headers: { 'content-type': contentType }, body };
      }
      case 'redirect': {
        const location = typeof effect.location === 'string' ? effect.location : effect.location({ url });
        return { status: effect.status ?? 302, headers: { location }, body: Buffer.alloc(0) };
      }
      case 'expire':
        return expiredReply();
      default:
    }
  }
  return undefined;
}

function withBody(status: number, body: unknown): Reply {
  if (typeof body !== 'string') return jsonReply(status, body);
  const contentType = body.trimStart().startsWith('<') ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';
  return { status, headers: body === '' ? {} : { 'content-type': contentType }, body: Buffer.from(body) };
}

function lowerCase(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
