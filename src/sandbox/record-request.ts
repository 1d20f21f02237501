import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RecordedRequest } from './requests.js';
import type { OperationId } from './spec.js';
import { parseJson } from './validation.js';

/** What a host writes down while it answers a request. */
export interface RequestNotes {
  operationId: OperationId | undefined;
  body: Buffer;
  bytesSent: number;
}

/** Follows an exchange and appends it to `log` when it is over. */
export function recordRequest(
  log: RecordedRequest[],
  host: RecordedRequest['host'],
  request: IncomingMessage,
  response: ServerResponse,
  at: number,
): RequestNotes {
  const notes: RequestNotes = { operationId: undefined, body: Buffer.alloc(0), bytesSent: 0 };
  let recorded = false;
  const record = () => {
    if (recorded) return;
    recorded = true;
    const { authorization, ...headers } = request.headers;
    log.push({
      host,
      method: request.method ?? '',
      path: pathOf(request),
      operationId: notes.operationId,
      headers: authorization === undefined ? headers : { ...headers, authorization: 'present' },
      body: notes.body.length === 0 ? undefined : (parseJson(notes.body) ?? notes.body.toString()),
      status: response.headersSent ? response.statusCode : undefined,
      range: request.headers.range,
      bytesSent: notes.bytesSent,
      at,
    });
  };
  response.once('finish', record);
  response.once('close', record);
  return notes;
}

/** The path of a request, without its query. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').replace(/\?.*$/s, '');
}
