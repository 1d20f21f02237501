import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { connect, type ConnectionOptions } from 'node:tls';
import type { Fetch } from '../../retrying-fetch.js';
import { contentEncodingOf, createDecoder } from './content-encoding.js';
import { proxyFor, type Environment } from './proxy-for.js';
import type { HeaderFields } from './response-head.js';
import { openTunnel } from './tunnel.js';

const TUNNEL_TIMEOUT_MS = 30_000;
// The constructor of Response refuses a body with these.
const WITHOUT_BODY = new Set([101, 204, 205, 304]);
// It refuses more than this as well, which HTTP does not. Both are no success.
const MAX_STATUS = 599;

/**
 * Makes a `fetch` for `createScenarioClient` that goes through the proxy which HTTPS_PROXY, ALL_PROXY and NO_PROXY name
 * for the request, if any. Redirects are not followed.
 *
 * Node's own `fetch` knows no proxy, and the parser that it compiles for its first answer takes a third of the time
 * that a short command has.
 *
 * @param env where the variables are looked up. Default: `process.env`
 * @throws nothing itself; the `fetch` that it makes rejects with an `InvalidInputError` when a variable holds no usable
 * URL, and with a `NetworkError` when the proxy cannot be reached, or refuses
 */
export function createProxyFetch(env: Environment = process.env): Fetch {
  const agents = new Map<string, Agent>();
  const agentFor = (proxy: URL): Agent => {
    const agent = agents.get(proxy.href) ?? createAgent(proxy);
    agents.set(proxy.href, agent);
    return agent;
  };
  return async (request) => {
    const proxy = proxyFor(new URL(request.url), env);
    return toResponse(await send(request, proxy && agentFor(proxy)), request.url);
  };
}

interface TunnelOptions extends RequestOptions {
  /** The request's own signal, which Node keeps from the agent. */
  tunnelSignal?: AbortSignal;
}

async function send(request: Request, agent: Agent | undefined): Promise<IncomingMessage> {
  const body = Buffer.from(await request.arrayBuffer());
  const { method, signal } = request;
  return new Promise((resolve, reject) => {
    const headers = Object.fromEntries(request.headers);
    const fields = { accept: '*/*', ...headers, 'accept-encoding': 'identity' };
    const options: TunnelOptions = { method, headers: fields, agent, signal, tunnelSignal: signal };
    const outgoing = (request.url.startsWith('https:') ? httpsRequest : httpRequest)(request.url, options, resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function toResponse(incoming: IncomingMessage, url: string): Response {
  const { statusCode: status = 0, statusMessage: statusText = '', headersDistinct } = incoming;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  const body = WITHOUT_BODY.has(status) ? null : (Readable.toWeb(unpack(incoming)) as ReadableStream<Uint8Array>);
  if (body === null) incoming.resume();
  const response = new Response(body, { status: Math.min(status, MAX_STATUS), statusText, headers });
  // A Response that was made by hand has no URL.
  return Object.defineProperties(response, { url: { value: url }, status: { value: status } });
}

/** The body without the packing that some gateways put around everything, whatever they are asked for. */
function unpack(incoming: IncomingMessage): Readable {
  const decoder = createDecoder(contentEncodingOf(incoming.headers as HeaderFields) ?? '');
  // What goes wrong is met by whoever reads.
  return decoder === undefined ? incoming : pipeline(incoming, decoder, () => undefined);
}

/** One whose connections go through the proxy and are kept for the next request. */
function createAgent(proxy: URL): Agent {
  const agent = new Agent({ keepAlive: true });
  agent.createConnection = (options, callback) => {
    const host = options.host ?? '';
    const { tunnelSignal } = options as TunnelOptions;
    openTunnel(proxy, host, Number(options.port ?? 443), TUNNEL_TIMEOUT_MS, tunnelSignal).then(
      (socket) => {
        // An address is no name to ask for.
        const servername = isIP(host) === 0 ? host : '';
        callback?.(null, connect({ ...(options as ConnectionOptions), socket, servername }));
      },
      (error: unknown) => (callback as ((error: unknown) => void) | undefined)?.(error),
    );
    return undefined;
  };
  return agent;
}
