import type { Socket } from 'node:net';
import { InvalidResponseError } from '../../errors.js';
import { redactUrl } from '../../redact.js';
import { openConnection, type Connection } from './connection.js';
import { exchangeOver, NoAnswerError, type HttpResponse } from './http-exchange.js';
import { proxyFor, type Environment } from './proxy-for.js';
import { createSlabPool } from './slabs.js';
import { openTunnel } from './tunnel.js';

/** Connections to file hosts: kept alive, through a proxy where the environment names one, without any credential. */
export interface Transport {
  /**
   * Sends a GET and resolves when the head of the answer is here, whatever the status. Redirects are not followed.
   *
   * @param signal ends the exchange, the body included; the promise rejects with its `reason`
   * @throws {NetworkError} when there was no answer
   */
  get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpResponse>;
  /** Closes every connection. */
  close(): void;
}

const TUNNEL_TIMEOUT_MS = 30_000;

/** @param env where HTTPS_PROXY and the like are looked up */
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
    const tunnel = proxy && (await openTunnel(proxy, hostOf(url), port, TUNNEL_TIMEOUT_MS, signal));
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
          // A host may close a connection that is kept alive at the moment when it is used again, or have sent on it what
          // belongs to no answer.
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
    // A host's own ETag comes back to it: what could end the line is left out with its field.
    // eslint-disable-next-line no-control-regex -- they are what it is about
    .filter(([, value]) => !/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value))
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
