import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createScenarioClient, type ScenarioClient } from '../../src/client.js';
import type { Clock } from '../../src/clock.js';

/** A request for a file, and what a well-behaved host would answer. */
export interface FileRequest {
  path: string;
  query: string;
  headers: IncomingMessage['headers'];
  /** The stretch that was asked for; undefined for the whole. */
  range: { start: number; end: number } | undefined;
  file: Buffer;
  /** How many requests for files there have been, this one included. */
  count: number;
}

/** Answers a request in a way of its own when it returns true. */
export type Misbehaviour = (request: FileRequest, response: ServerResponse) => boolean;

export interface ArchiveHost {
  client: ScenarioClient;
  url: string;
  /** By path; may be changed. */
  files: Map<string, Buffer>;
  /** May be changed. */
  misbehave: Misbehaviour;
  /** What the API says of a job, which has a URL only when it is `success`; may be changed. */
  jobStatus: (jobId: string) => string;
  /** Requests for files. */
  fileRequests: FileRequest[];
  /** Requests to the API, such as `POST /v1/assets/download`. */
  apiRequests: string[];
}

/**
 * An API whose jobs are ready at once, and the host of their archives, on one port. The n-th batch gets the n-th
 * archive; each answer of `downloadGetStatus` has a URL of its own.
 */
export async function startArchiveHost(archives: readonly Buffer[], clock?: Clock): Promise<ArchiveHost> {
  const files = new Map(archives.map((archive, at) => [`/files/job_${at + 1}.zip`, archive]));
  const fileRequests: FileRequest[] = [];
  const apiRequests: string[] = [];
  let jobs = 0;
  let urls = 0;

  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '', 'http://host');
    if (pathname.startsWith('/v1/')) {
      apiRequests.push(`${request.method ?? ''} ${pathname}`);
      request.resume();
      request.on('end', () => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(answer(request.method ?? '', pathname)));
      });
      return;
    }
    serve(request, response, pathname, search.slice(1));
  });

  const answer = (method: string, pathname: string): unknown => {
    if (pathname === '/v1/assets/download') return { jobId: `job_${++jobs}` };
    const [, id = ''] = /^\/v1\/assets\/(?:download\/)?([^/]+)/.exec(pathname) ?? [];
    if (method === 'POST') return { url: `${host.url}/files/${id}?signature=${++urls}` };
    const jobStatus = host.jobStatus(id);
    if (jobStatus !== 'success') return { jobId: id, jobStatus };
    return { jobId: id, jobStatus, downloadUrl: `${host.url}/files/${id}.zip?signature=${++urls}` };
  };

  const serve = (request: IncomingMessage, response: ServerResponse, path: string, query: string) => {
    const file = files.get(path);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const range = parseRange(request.headers.range, file.length);
    const fileRequest = { path, query, headers: request.headers, range, file, count: fileRequests.length + 1 };
    fileRequests.push(fileRequest);
    if (!host.misbehave(fileRequest, response)) answerFile(fileRequest, response);
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const host: ArchiveHost = {
    client: createScenarioClient({ baseUrl: `${url}/v1`, apiKey: 'key', apiSecret: 'secret', ...(clock && { clock }) }),
    url,
    files,
    misbehave: () => false,
    jobStatus: () => 'success',
    fileRequests,
    apiRequests,
  };
  return host;
}

/** Answers as a well-behaved host does: ranges, `If-Range`, an ETag that is the hash of the content. */
export function answerFile({ file, range, headers }: FileRequest, response: ServerResponse): void {
  const etag = etagOf(file);
  const ifRange = headers['if-range'];
  if (range === undefined || (ifRange !== undefined && ifRange !== etag)) {
    response.writeHead(200, { etag, 'content-length': file.length, 'accept-ranges': 'bytes' }).end(file);
    return;
  }
  if (range.start >= range.end) {
    response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end();
    return;
  }
  response.writeHead(206, { etag, ...rangeHeaders(range, file) }).end(file.subarray(range.start, range.end));
}

export function rangeHeaders(range: { start: number; end: number }, file: Buffer): Record<string, string | number> {
  return {
    'content-range': `bytes ${range.start}-${range.end - 1}/${file.length}`,
    'content-length': range.end - range.start,
  };
}

function etagOf(file: Buffer): string {
  return `"${createHash('sha256').update(file).digest('hex').slice(0, 16)}"`;
}

function parseRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined) return undefined;
  if (first === '') return { start: Math.max(0, size - Number(last)), end: size };
  return { start: Number(first), end: last === '' ? size : Math.min(size, Number(last) + 1) };
}
