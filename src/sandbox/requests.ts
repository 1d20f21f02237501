import type { OperationId } from './spec.js';

/** A request to the sandbox. It is recorded when its response is complete, or the connection is closed. */
export interface RecordedRequest {
  host: 'api' | 'files';
  method: string;
  /** The path without the query, which contains signatures. */
  path: string;
  /** Undefined at the file host, and if the API has no such operation. */
  operationId: OperationId | undefined;
  /** The names are in lower case. The value of `authorization` is replaced with `present`. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The parsed body, or its text if not JSON. Undefined if there is none or it is too large, and at the file host. */
  body: unknown;
  /** Undefined if no response was begun. */
  status: number | undefined;
  /** The `Range` header. */
  range: string | undefined;
  /** How many bytes of the response's body were handed to the network. */
  bytesSent: number;
  /** When the request arrived, by the sandbox's clock. */
  at: number;
}

/** A mistake of the client or of the sandbox itself that a test should not overlook. */
export interface Violation {
  type: 'credentials-at-file-host' | 'answer-breaks-spec' | 'sandbox-error';
  message: string;
  path: string;
}
