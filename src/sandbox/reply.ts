import { STATUS_CODES } from 'node:http';
import type { components } from '../../generated/schema.js';

/** An answer before it is sent. */
export interface Reply {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

/** An answer in JSON. */
export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  const body = Buffer.from(JSON.stringify(value));
  return { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body };
}

/** An error answer of the API: the spec's `ErrorBody`. */
export function errorReply(
  status: number,
  error: components['schemas']['ErrorBody'],
  headers: Record<string, string> = {},
): Reply {
  return jsonReply(status, { statusCode: status, error: STATUS_CODES[status] ?? 'Error', ...error }, headers);
}

/** An error answer of the file host: XML, as object stores do it. */
export function xmlReply(status: number, code: string, message: string, headers: Record<string, string> = {}): Reply {
  const body = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>\n`,
  );
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body };
}

/** The file host's answer to a signature that is over. */
export function expiredReply(): Reply {
  return xmlReply(403, 'AccessDenied', 'Request has expired');
}
