import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { connect, type ConnectionOptions } from 'node:tls';
import { proxyFor, type Environment } from './proxy-for.js';
import { openTunnel } from './tunnel.js';

/** Connections to file hosts: kept alive, through a proxy where the environment names one, without any credential. */
export interface Transport {
  /** A GET that is not sent yet. Redirects are not followed. */
  get(url: URL, headers: OutgoingHttpHeaders): ClientRequest;
  /** Closes every connection. */
  close(): void;
}

const TUNNEL_TIMEOUT_MS = 30_000;

/** @param env where HTTPS_PROXY and the like are looked up */
export function createTransport(env: Environment): Transport {
  // How many there are at once is decided by who asks; an agent only keeps what was opened.
  const http = new HttpAgent({ keepAlive: true });
  const https = new HttpsAgent({ keepAlive: true });
  const proxied = new Map<string, HttpsAgent>();

  const agentFor = (url: URL): HttpAgent => {
    if (url.protocol === 'http:') return http;
    const proxy = proxyFor(url, env);
    if (proxy === undefined) return https;
    const agent = proxied.get(proxy.href) ?? createTunnelAgent(proxy);
    proxied.set(proxy.href, agent);
    return agent;
  };

  return {
    get(url, headers) {
      // Made of its parts, because from a URL Node would take user info along as credentials.
      const options = {
        method: 'GET',
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port,
        path: `${url.pathname}${url.search}`,
        headers: { 'accept-encoding': 'identity', 'user-agent': 'scenario-downloads', ...headers },
        agent: agentFor(url),
      };
      return url.protocol === 'https:' ? httpsRequest(options) : httpRequest(options);
    },
    close() {
      for (const agent of [http, https, ...proxied.values()]) agent.destroy();
    },
  };
}

function createTunnelAgent(proxy: URL): HttpsAgent {
  const agent = new HttpsAgent({ keepAlive: true });
  agent.createConnection = (options, callback) => {
    const host = options.host ?? '';
    openTunnel(proxy, host, Number(options.port ?? 443), TUNNEL_TIMEOUT_MS).then(
      (socket) => callback?.(null, connect({ ...(options as ConnectionOptions), socket, servername: host })),
      (error: unknown) => (callback as ((error: unknown) => void) | undefined)?.(error),
    );
    return undefined;
  };
  return agent;
}
