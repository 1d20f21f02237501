import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { parseJson } from './validation.js';
import type { OperationId } from './spec.js';

/** A request that the sandbox got, written down when its answer has ended or broken off. */
export interface RecordedRequest {
  host: 'api' | 'files';
  method: string;
  /** Without the query, since that holds signatures. */
  path: string;
  /** Undefined at the file host and where the API has no such operation. */
  operationId: OperationId | undefined;
  /** Names in lower case. The value of `authorization` is replaced by `present`. */
  headers: Readonly<IncomingHttpHeaders>;
  /** The JSON value, else the text; undefined when there was none. */
  body: unknown;
  /** Undefined when no answer was begun. */
  status: number | undefined;
  /** The header `Range`. */
  range: string | undefined;
  /** Bytes of the answer's body that were given to the network. */
  bytesSent: number;
  /** When it came, by the sandbox's clock. */
  at: number;
}

/** Something that must not happen, whoever did it. */
export interface Violation {
  type: 'credentials-at-file-host' | 'answer-breaks-spec' | 'sandbox-error';
  message: string;
  path: string;
}

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
