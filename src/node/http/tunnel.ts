import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { NetworkError } from '../../errors.js';
import { oneLine } from '../../one-line.js';
import { whenAborted } from '../../when-aborted.js';
import { hostNameOf } from './host-name.js';

/**
 * Opens a tunnel through a proxy (CONNECT). User info in the proxy's URL is sent as Proxy-Authorization. Of the request
 * that will use the tunnel, the proxy sees only host and port.
 *
 * @param timeoutMs how long the proxy may be silent before it answers, in milliseconds
 * @param signal aborts the attempt; the promise rejects with its `reason`
 * @throws {NetworkError} when the proxy cannot be reached or refuses
 */
export function openTunnel(
  proxy: URL,
  host: string,
  port: number,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Duplex> {
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const options: RequestOptions = {
    method: 'CONNECT',
    host: hostNameOf(proxy),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    path: target,
    headers: { host: target, ...authorization(proxy) },
    agent: false,
    timeout: timeoutMs,
  };
  return new Promise((resolve, reject) => {
    const request = proxy.protocol === 'https:' ? httpsRequest(options) : httpRequest(options);
    const forget = whenAborted(signal, () => {
      reject(signal?.reason as Error);
      request.destroy();
    });
    request.once('close', forget);
    const fail = (reason: string, cause?: Error) => {
      reject(new NetworkError(`No tunnel to ${target} through the proxy ${proxy.host}: ${reason}.`, { cause }));
    };
    const refuse = (status: number) => {
      const reason = `it answered with status ${status}`;
      // Callers may repeat even a POST when the code says "refused", because none of the request has been sent. A 4xx
      // would come again, so its code says something else.
      const code = status >= 500 ? 'ERR_TUNNEL_REFUSED' : 'ERR_TUNNEL_FORBIDDEN';
      fail(reason, Object.assign(new Error(reason), { code }));
    };
    request.once('connect', (response, socket, head) => {
      const { statusCode = 0 } = response;
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy();
        refuse(statusCode);
        return;
      }
      socket.setTimeout(0);
      forget();
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.once('response', (response) => {
      response.destroy();
      refuse(response.statusCode ?? 0);
    });
    request.once('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    request.once('error', (error) => fail(oneLine(error.message), error));
    request.end();
  });
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return { 'proxy-authorization': `Basic ${credentials.toString('base64')}` };
}
