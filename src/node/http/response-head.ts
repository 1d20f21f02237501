import { InvalidResponseError } from '../../errors.js';
import { MalformedAnswerError } from './malformed-answer-error.js';

/** Header fields by name in lower case. The values of a repeated field are joined with a comma. */
export type HeaderFields = Readonly<Partial<Record<string, string>>>;

/** Everything in a response except its body. */
export interface ResponseHead {
  status: number;
  headers: HeaderFields;
  /** How the end of the body is determined. */
  body: BodyFraming;
  /** Whether the connection can be reused after the body. */
  keepAlive: boolean;
}

export type BodyFraming = { type: 'length'; bytes: number } | { type: 'chunked' } | { type: 'until-close' };

/**
 * Parses the head of an HTTP/1.1 response (RFC 9112).
 *
 * @param text the head without the empty line at its end
 * @throws {MalformedAnswerError} when the text is not a valid head
 * @throws {InvalidResponseError} for a transfer coding other than chunked, or one combined with Content-Length
 */
export function parseResponseHead(text: string, label: string): ResponseHead {
  const say = (what: string) => `${label} did not answer in HTTP/1.1: ${what}.`;
  const fail = (what: string) => new MalformedAnswerError(say(what));
  const [statusLine = '', ...lines] = text.split('\r\n');
  const [, minor, code] = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/.exec(statusLine) ?? [];
  if (minor === undefined || code === undefined) throw fail('there is no status line');

  const headers: Partial<Record<string, string>> = Object.create(null) as Record<string, string>;
  for (const line of lines) {
    const [, name, value = ''] = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/s.exec(line) ?? [];
    if (name === undefined) throw fail('a header field cannot be read');
    const key = name.toLowerCase();
    const earlier = headers[key];
    headers[key] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  const status = Number(code);
  const connection = headers['connection']?.toLowerCase() ?? '';
  const body = framingOf(status, headers);
  if (body === undefined) {
    const what = 'the length of the body cannot be read';
    // The host chose this transfer coding, so a retry would return it again. A bad length may be damage in transit.
    throw headers['transfer-encoding'] === undefined ? fail(what) : new InvalidResponseError(say(what));
  }
  // Normalized, so that callers need not handle a repeated Content-Length.
  if (body.type === 'length' && headers['content-length'] !== undefined) headers['content-length'] = String(body.bytes);
  const wantsClose = /\bclose\b/.test(connection) || (minor === '0' && !/\bkeep-alive\b/.test(connection));
  return { status, headers, body, keepAlive: !wantsClose && body.type !== 'until-close' };
}

function framingOf(status: number, headers: HeaderFields): BodyFraming | undefined {
  if (status < 200 || status === 204 || status === 304) return { type: 'length', bytes: 0 };
  const encoding = headers['transfer-encoding'];
  const length = headers['content-length'];
  if (encoding !== undefined) {
    // A response with both fields may be an attempt to smuggle a response.
    return encoding.toLowerCase() === 'chunked' && length === undefined ? { type: 'chunked' } : undefined;
  }
  if (length === undefined) return { type: 'until-close' };
  // A repeated field is allowed if all of its values are the same.
  const [first = '', ...others] = length.split(/\s*,\s*/);
  const bytes = Number(first);
  const isPlain = /^\d+$/.test(first) && Number.isSafeInteger(bytes) && others.every((other) => other === first);
  return isPlain ? { type: 'length', bytes } : undefined;
}
