import { HttpError, InvalidResponseError } from './errors.js';
import { redactText, redactUrl } from './redact.js';
import { parseRetryAfter } from './retry.js';

/** What openapi-fetch resolves to. */
export interface FetchResult<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

const MAX_BODY_LENGTH = 2000;
const REQUEST_ID_HEADERS = ['x-request-id', 'x-amzn-requestid', 'x-amz-cf-id', 'cf-ray'];

/**
 * Turns what openapi-fetch resolves to into the answer or an error. It goes by the status alone: an error answer
 * without a body has no `error` either.
 *
 * @param path the path of the operation, with its ids filled in, for messages
 * @throws {HttpError} for any status but a success
 * @throws {InvalidResponseError} for a success without a JSON object in it
 */
export function unwrap<Data>(result: FetchResult<Data>, method: string, path: string): Data & object {
  const { response, data, error } = result;
  const { status, headers, url } = response;
  const answered = `${method} ${path} answered ${status || '3xx'}`;
  if (!response.ok) {
    const body = redactBody(error);
    // A browser hides the status of a redirect behind 0.
    const how = status < 400 ? ' (a redirect, which is not followed)' : ` ${response.statusText}`.trimEnd();
    throw new HttpError(`${answered}${how}${said(body)}`, {
      source: 'api',
      status,
      method,
      url: url ? redactUrl(url) : path,
      requestId: REQUEST_ID_HEADERS.map((name) => headers.get(name)).find(Boolean) ?? undefined,
      body,
      retryAfterMs: parseRetryAfter(headers.get('retry-after'), Date.now()),
    });
  }
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data;
  throw new InvalidResponseError(`${answered} without a JSON object.`);
}

/** The error body with every URL's query cut off, and not too long to be shown. */
function redactBody(error: unknown): unknown {
  if (error === undefined || error === '') return undefined;
  const isText = typeof error === 'string';
  const text = redactText(isText ? error : JSON.stringify(error));
  return isText || text.length > MAX_BODY_LENGTH ? text.slice(0, MAX_BODY_LENGTH) : JSON.parse(text);
}

/** What the server says in its body, as the end of a sentence. HTML says nothing. */
function said(body: unknown): string {
  const { message, reason, error } = Object(body) as Record<string, unknown>;
  const isSentence = (value: unknown): value is string => typeof value === 'string' && /^\s*[^\s<]/.test(value);
  const text = [body, message, reason, error].find(isSentence);
  return text === undefined ? '.' : `: ${text.slice(0, 500)}.`.replace(/\.\.$/, '.');
}
