import { HttpError } from './errors.js';
import { MAX_BODY_LENGTH, MAX_REDACTED_LENGTH } from './limits.js';
import { redactStart, redactUrl } from './redact.js';
import { parseRetryAfter } from './retry.js';

/** The result of an openapi-fetch call. */
export interface FetchResult {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/**
 * Returns the fields of a successful response from an openapi-fetch result. Their types are not checked. Only the
 * status decides on success, because `error` is also missing for an error response without a body.
 *
 * @param path the path of the operation, with its ids filled in, for error messages
 * @throws {HttpError} if the status is not a success
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

/** Whether a status is that of a redirect. Browsers report 0 for a redirect that is not followed. */
export function isRedirect(status: number): boolean {
  return /^(0|30[0-378])$/.test(`${status}`);
}

/**
 * Returns the error body, redacted, and as text cut at `MAX_BODY_LENGTH` if it is too long; undefined if there is none.
 */
function redactBody(error: unknown): unknown {
  const isText = typeof error === 'string';
  const whole = isText ? error : JSON.stringify(error ?? '');
  const text = redactStart(whole);
  const isCut = text.length > MAX_BODY_LENGTH || whole.length > MAX_REDACTED_LENGTH;
  return (isText || isCut ? text.slice(0, MAX_BODY_LENGTH) : JSON.parse(text)) || undefined;
}

/** Returns the reason in an error body as the end of a sentence. HTML bodies have none. */
function said(body: unknown): string {
  const text = reasonIn(body);
  return text ? `: ${text.slice(0, 500).replace(/\.$/, '')}.` : '.';
}

/** Finds the reason in an error body: the text itself, or one of the usual fields, or the first item of a list. */
function reasonIn(body: unknown): string | undefined {
  if (typeof body === 'string') return /^\s*[^\s<]/.test(body) ? body : undefined;
  const { message, reason, error, errors, 0: first } = Object(body) as Record<string, unknown>;
  return body ? [message, reason, error, errors, first].map(reasonIn).find(Boolean) : undefined;
}
