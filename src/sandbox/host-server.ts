import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Exchange } from './delivery.js';
import { pathOf, recordRequest } from './record-request.js';
import type { RecordedRequest, Violation } from './requests.js';

/** Where a host records requests and violations. */
export interface HostLog {
  requests: RecordedRequest[];
  violations: Violation[];
  now: () => number;
}

/**
 * Creates a server that records every request except CORS preflights, and responds with 500 if `answer` fails. It does
 * not listen yet.
 */
export function createHostServer(
  host: RecordedRequest['host'],
  { requests, violations, now }: HostLog,
  answer: (exchange: Exchange) => Promise<void>,
): Server {
  return createServer((request, response) => {
    allowPages(response);
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
      response.writeHead(204).end();
      return;
    }
    const notes = recordRequest(requests, host, request, response, now());
    answer({ request, response, notes }).catch((error: unknown) => {
      // The client disconnected in the middle of its request, so no one waits for a response.
      if (!request.complete) return;
      violations.push({ type: 'sandbox-error', message: String(error), path: pathOf(request) });
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
}

/** Allows pages of any origin to use the sandbox, including the `Authorization` header and range requests. */
function allowPages(response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-methods', 'GET, HEAD, POST');
  response.setHeader('access-control-allow-headers', 'authorization, content-type, range, if-range');
  response.setHeader('access-control-expose-headers', '*');
}
