import type { Socket } from 'node:net';
import { InvalidResponseError } from '../../errors.js';
import { redactUrl } from '../../redact.js';
import { openConnection, type Connection } from './connection.js';
import { exchangeOver, NoAnswerError, type HttpResponse } from './http-exchange.js';
import { proxyFor, type Environment } from './proxy-for.js';
import { createSlabPool } from './slabs.js';
import { openTunnel } from './tunnel.js';
import { hostNameOf } from './host-name.js';

/**
 * Sends requests to file hosts over keep-alive connections, through a proxy if the environment names one. Adds no
 * credentials to the requests.
 */
export interface Transport {
  /**
   * Sends a GET and resolves once the head of the response has arrived, whatever its status. Does not follow redirects.
   *
   * @param signal aborts the exchange, including the body; the promise rejects with its `reason`
   * @throws {NetworkError} when no response arrived
   * @throws {InvalidResponseError} when the response is not HTTP/1.1
   */
  get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpResponse>;
  /** Closes every connection. */
  close(): void;
}

const TUNNEL_TIMEOUT_MS = 30_000;

/** @param env the environment, for HTTPS_PROXY and the like */
export function createTransport(env: Environment): Transport {
  const slabs = createSlabPool();
  const all = new Set<Connection>();
  const idle = new Map<string, Connection[]>();
  const tlsSessions = new Map<string, Buffer>();

  const takeIdle = (origin: string): Connection | undefined => {
    const connections = idle.get(origin) ?? [];
    for (let connection = connections.pop(); connection !== undefined; connection = connections.pop()) {
      if (!connection.isClosed()) return connection;
    }
    return undefined;
  };

  const open = async (url: URL, signal: AbortSignal): Promise<Connection> => {
    const proxy = proxyFor(url, env);
    const port = Number(url.port || 443);
    const tunnel = proxy && (await openTunnel(proxy, hostNameOf(url), port, TUNNEL_TIMEOUT_MS, signal));
    const tlsSession = {
      get: () => tlsSessions.get(url.origin),
      set: (session: Buffer) => void tlsSessions.set(url.origin, session),
    };
    const connection = openConnection(url, slabs, tunnel as Socket | undefined, tlsSession, () => {
      all.delete(connection);
    });
    all.add(connection);
    return connection;
  };

  const exchange = (connection: Connection, url: URL, text: string, signal: AbortSignal): Promise<HttpResponse> => {
    connection.setActive(true);
    const onFree = () => {
      connection.setActive(false);
      idle.set(url.origin, [...(idle.get(url.origin) ?? []), connection]);
    };
    return exchangeOver(connection, { text, label: redactUrl(url.href), signal, onFree });
  };

  return {
    async get(url, headers, signal) {
      signal.throwIfAborted();
      const text = requestText(url, headers);
      const kept = takeIdle(url.origin);
      if (kept !== undefined) {
        try {
          return await exchange(kept, url, text, signal);
        } catch (error) {
          // The host may have closed the idle connection just as it was reused, or may have sent data on it that
          // belongs to no response.
          const isStale = error instanceof NoAnswerError || error instanceof InvalidResponseError;
          if (signal.aborted || !isStale) throw error;
        }
      }
      return exchange(await open(url, signal), url, text, signal);
    },
    close() {
      for (const connection of all) connection.destroy();
      all.clear();
      idle.clear();
    },
  };
}

function requestText(url: URL, headers: Readonly<Record<string, string>>): string {
  const fields = {
    host: url.host,
    'user-agent': 'scenario-downloads',
    accept: '*/*',
    'accept-encoding': 'identity',
    ...headers,
  };
  const lines = Object.entries(fields)
    // If-Range repeats an ETag that the host chose. A field whose value could end the line is dropped.
    // eslint-disable-next-line no-control-regex -- control characters are what it looks for
    .filter(([, value]) => !/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value))
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
