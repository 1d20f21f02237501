import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RecordedRequest } from './requests.js';
import type { OperationId } from './spec.js';
import { parseJson } from './validation.js';

/** What a host records while it handles a request. */
export interface RequestNotes {
  operationId: OperationId | undefined;
  body: Buffer;
  bytesSent: number;
}

/** Appends a request to `log` when its response is complete, or the connection is closed. */
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

/** Returns the path of a request without the query. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').replace(/\?.*$/s, '');
}
