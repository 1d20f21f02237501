import { STATUS_CODES } from 'node:http';
import type { components } from '../../generated/schema.js';

/** A response that has not been sent yet. */
export interface Reply {
  status: number;
  /** The names are in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

/** Creates a JSON response. */
export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  const body = Buffer.from(JSON.stringify(value));
  return { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body };
}

/** Creates an error response of the API, with the `ErrorBody` of the spec. */
export function errorReply(
  status: number,
  error: components['schemas']['ErrorBody'],
  headers: Record<string, string> = {},
): Reply {
  return jsonReply(status, { statusCode: status, error: STATUS_CODES[status] ?? 'Error', ...error }, headers);
}

/** Creates an error response of the file host, in XML as that of an object store. */
export function xmlReply(status: number, code: string, message: string, headers: Record<string, string> = {}): Reply {
  const body = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>\n`,
  );
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body };
}

/** Creates the response of the file host to an expired URL. */
export function expiredReply(): Reply {
  return xmlReply(403, 'AccessDenied', 'Request has expired');
}
