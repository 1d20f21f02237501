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
  headers: Readonly<Record<string, string | string[] | undefined>>;
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
