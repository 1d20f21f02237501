import { HttpError } from './errors.js';
import { MAX_BODY_LENGTH, MAX_REDACTED_LENGTH } from './limits.js';
import { redactStart, redactUrl } from './redact.js';
import { parseRetryAfter } from './retry.js';

/** What openapi-fetch resolves to. */
export interface FetchResult {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/**
 * Turns what openapi-fetch resolves to into the fields of the answer, whatever their types are, or an error. It goes by
 * the status alone: an error answer without a body has no `error` either.
 *
 * @param path the path of the operation, with its ids filled in, for messages
 * @throws {HttpError} for any status but a success
 */
export function unwrap({ response, data, error }: FetchResult, method: string, path: string): Record<string, unknown> {
  const { ok, status, statusText, headers, url } = response;
  if (ok) return Object(data) as Record<string, unknown>;
  const body = redactBody(error);
  const answer = redactStart(`${method} ${path} answered ${status} ${statusText}`).trimEnd();
  const requestId = [...headers].find(([name]) => /request-?id/.test(name))?.[1];
  throw new HttpError(answer + (isRedirect(status) ? ': the base URL redirects.' : said(body)), {
    source: 'api',
    status,
    method,
    url: url ? redactUrl(url) : path,
    requestId: requestId && redactStart(requestId),
    body,
    retryAfterMs: parseRetryAfter(headers.get('retry-after'), Date.now()),
  });
}

/** Whether an answer leads somewhere else. A browser hides the status of one behind 0. */
export function isRedirect(status: number): boolean {
  return /^(0|30[0-378])$/.test(`${status}`);
}

/** The error body with every URL's query cut off, and not too long to be shown; undefined when there is none. */
function redactBody(error: unknown): unknown {
  const isText = typeof error === 'string';
  const whole = isText ? error : JSON.stringify(error ?? '');
  const text = redactStart(whole);
  const isCut = text.length > MAX_BODY_LENGTH || whole.length > MAX_REDACTED_LENGTH;
  return (isText || isCut ? text.slice(0, MAX_BODY_LENGTH) : JSON.parse(text)) || undefined;
}

/** What the server says in its body, as the end of a sentence. HTML says nothing. */
function said(body: unknown): string {
  const text = reasonIn(body);
  return text ? `: ${text.slice(0, 500).replace(/\.$/, '')}.` : '.';
}

/** The reason in an error body: a text, or under one of the names that APIs have for it, maybe in the first of a list. */
function reasonIn(body: unknown): string | undefined {
  if (typeof body === 'string') return /^\s*[^\s<]/.test(body) ? body : undefined;
  const { message, reason, error, errors, 0: first } = Object(body) as Record<string, unknown>;
  return body ? [message, reason, error, errors, first].map(reasonIn).find(Boolean) : undefined;
}
