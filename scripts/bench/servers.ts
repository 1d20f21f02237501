import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { isInstalled } from '../lib/is-installed.js';

/** A file server for the benchmark. */
export interface BenchServer {
  name: string;
  /** The base URL of the files. */
  url: string;
  /** The base URL of the same files with a limited rate per connection. */
  slowUrl: string;
  close(): Promise<void>;
}

/** Megabytes per second and connection. */
export const SLOW_RATE = 20;

/** Serves a folder from a separate process: nginx if it is installed, else a small Node server. */
export async function startFileServer(folder: string): Promise<BenchServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const hasNginx = await isInstalled('nginx');
  const child = hasNginx ? await startNginx(folder, port) : startNode(folder, port);
  await listening(port);
  const close = async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  return { name: hasNginx ? 'nginx' : 'a static server on Node', url, slowUrl: `${url}/slow`, close };
}

async function startNginx(folder: string, port: number): Promise<ChildProcess> {
  const work = join(folder, 'nginx');
  await mkdir(work, { recursive: true });
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${work}/${name};`,
  );
  const config = join(work, 'nginx.conf');
  await writeFile(
    config,
    `daemon off; worker_processes 2; pid ${work}/pid; error_log ${work}/error.log;
events { worker_connections 256; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000; ${paths.join(' ')}
  server {
    listen 127.0.0.1:${port}; root ${folder};
    location /slow/ { alias ${folder}/; limit_rate ${SLOW_RATE}m; }
  }
}
`,
  );
  return spawn('nginx', ['-c', config, '-e', join(work, 'error.log')], { stdio: 'ignore' });
}

function startNode(folder: string, port: number): ChildProcess {
  const script = join(import.meta.dirname, 'static-server.ts');
  return spawn(process.execPath, ['--import', 'tsx', script, folder, String(port), String(SLOW_RATE)], {
    stdio: 'ignore',
  });
}

/** Starts an API with a single job, which is ready and has the download URL that is set. */
export async function startApi(): Promise<{ baseUrl: string; setUrl: (url: string) => void; close: () => void }> {
  let downloadUrl = '';
  const server: Server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const status = { jobId: 'job_bench', jobStatus: 'success', downloadUrl };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.method === 'POST' ? { jobId: 'job_bench' } : status));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    setUrl: (url) => (downloadUrl = url),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The file server does not start.');
}
