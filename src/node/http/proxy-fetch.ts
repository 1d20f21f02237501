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
// The constructor of Response refuses a body with these statuses.
const WITHOUT_BODY = new Set([101, 204, 205, 304]);
// The constructor also refuses statuses above this one. It gets this one instead, for which `ok` is false as well.
const MAX_STATUS = 599;

/**
 * Creates a `fetch` for `createScenarioClient` that uses the proxy, if any, that HTTPS_PROXY, ALL_PROXY and NO_PROXY
 * specify for a request. It does not follow redirects.
 *
 * Node's own `fetch` does not use a proxy by default, and compiling its parser for the first response takes a third of
 * the run time of a short command.
 *
 * @param env the environment variables. Default: `process.env`
 * @throws nothing itself. The `fetch` rejects with an `InvalidInputError` when a variable contains no usable URL, and
 * with a `NetworkError` when the proxy cannot be reached or refuses the connection
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
  /** The signal of the request, because Node removes `signal` from the options that it passes to the agent. */
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
  // A Response that is constructed has no URL, and the status may have been replaced above.
  return Object.defineProperties(response, { url: { value: url }, status: { value: status } });
}

/** Decodes the body, because some gateways compress every response, even if the request asks them not to. */
function unpack(incoming: IncomingMessage): Readable {
  const decoder = createDecoder(contentEncodingOf(incoming.headers as HeaderFields) ?? '');
  // The reader of the decoder receives the errors.
  return decoder === undefined ? incoming : pipeline(incoming, decoder, () => undefined);
}

/** Creates an agent whose connections go through the proxy and are kept alive for further requests. */
function createAgent(proxy: URL): Agent {
  const agent = new Agent({ keepAlive: true });
  agent.createConnection = (options, callback) => {
    const host = options.host ?? '';
    const { tunnelSignal } = options as TunnelOptions;
    openTunnel(proxy, host, Number(options.port ?? 443), TUNNEL_TIMEOUT_MS, tunnelSignal).then(
      (socket) => {
        // TLS does not allow an IP address as the server name.
        const servername = isIP(host) === 0 ? host : '';
        callback?.(null, connect({ ...(options as ConnectionOptions), socket, servername }));
      },
      (error: unknown) => (callback as ((error: unknown) => void) | undefined)?.(error),
    );
    return undefined;
  };
  return agent;
}
