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
  if (!response.ok) throw toHttpError(response, error, method, path);
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new InvalidResponseError(
      `${method} ${path} answered ${response.status} with ${data === undefined ? 'an empty body' : 'no JSON object'}.`,
    );
  }
  return data;
}

function toHttpError(response: Response, error: unknown, method: string, path: string): HttpError {
  const body = redactBody(error);
  const message = `${method} ${path} answered ${describeStatus(response)}${said(body)}`;
  return new HttpError(message, {
    source: 'api',
    status: response.status,
    method,
    url: response.url === '' ? path : redactUrl(response.url),
    requestId: REQUEST_ID_HEADERS.map((name) => response.headers.get(name)).find((id) => id !== null) ?? undefined,
    body,
    retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), Date.now()),
  });
}

function describeStatus(response: Response): string {
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    return `${response.status || '3xx'} (a redirect, which is not followed)`;
  }
  return `${response.status} ${response.statusText}`.trim();
}

/** The error body with every URL's query cut off, and not too long to be shown. */
function redactBody(error: unknown): unknown {
  if (error === undefined || error === '') return undefined;
  const text = redactText(typeof error === 'string' ? error : JSON.stringify(error));
  if (typeof error === 'string' || text.length > MAX_BODY_LENGTH) return text.slice(0, MAX_BODY_LENGTH);
  return JSON.parse(text) as unknown;
}

function said(body: unknown): string {
  const text = sentenceIn(body);
  return text === undefined ? '.' : `: ${text.replace(/\.?$/, '.')}`;
}

function sentenceIn(body: unknown): string | undefined {
  if (typeof body === 'string') return body.includes('<') ? undefined : body.slice(0, 200);
  if (typeof body !== 'object' || body === null) return undefined;
  const fields = body as Record<string, unknown>;
  return ['message', 'reason', 'error']
    .map((name) => fields[name])
    .find((value): value is string => typeof value === 'string' && value !== '');
}
