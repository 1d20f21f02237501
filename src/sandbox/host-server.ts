import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Exchange } from './delivery.js';
import { pathOf, recordRequest } from './record-request.js';
import type { RecordedRequest, Violation } from './requests.js';

/** Where a host writes down what happens. */
export interface HostLog {
  requests: RecordedRequest[];
  violations: Violation[];
  now: () => number;
}

/**
 * A server that writes every request down but for a browser's preflights, and answers 500 when `answer` fails. It does
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
      // The client went away in the middle of its request: nobody waits for an answer.
      if (!request.complete) return;
      violations.push({ type: 'sandbox-error', message: String(error), path: pathOf(request) });
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
}

/** Lets pages of any origin in, with credentials and ranges: the sandbox is there to be tried from everywhere. */
function allowPages(response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-methods', 'GET, HEAD, POST');
  response.setHeader('access-control-allow-headers', 'authorization, content-type, range, if-range');
  response.setHeader('access-control-expose-headers', '*');
}
