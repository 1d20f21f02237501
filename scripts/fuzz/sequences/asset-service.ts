import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Batch } from '../../../src/batches.js';
import { createRandom, type Random } from '../random.js';
import { makeZip } from '../../../test/helpers/node-zip.js';

/**
 * The contents of the service: assets by id, and the assets of inferences and models. Each sequence has its own world.
 */
export interface World {
  assets: Map<string, { name: string; data: string }>;
  sets: Map<string, readonly string[]>;
}

/**
 * An API and a file host in one server. Its jobs become ready in any order, and an archive contains the assets as they
 * were when it was requested.
 */
export interface AssetService {
  baseUrl: string;
  /** The requests since this list was last emptied, such as `POST /v1/assets/download`. */
  requests: string[];
  /** Forgets all jobs and serves another world. `random` decides how often a job must be polled before it is ready. */
  enter(world: World, random: Random): void;
  close(): Promise<void>;
}

const MAX_QUESTIONS_IN_VAIN = 3;

export async function startAssetService(): Promise<AssetService> {
  let world: World = { assets: new Map(), sets: new Map() };
  let archives: Buffer[] = [];
  let questionsInVain: number[] = [];
  let random = createRandom(0);
  const requests: string[] = [];

  const request = ({ query }: Batch): unknown => {
    const sets = [...query.inferenceIds, ...query.modelIds].flatMap((id) => world.sets.get(id) ?? []);
    const ids = new Set([...query.assetIds, ...sets]);
    archives.push(makeZip([...ids].flatMap((id) => world.assets.get(id) ?? [])));
    questionsInVain.push(random.below(MAX_QUESTIONS_IN_VAIN + 1));
    return { jobId: `job_${archives.length}` };
  };
  const answer = async (path: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await textOf(incoming);
    const [, job] = /job_(\d+)/.exec(path) ?? [];
    if (job !== undefined && path.startsWith('/files/')) {
      sendStretch(archives[Number(job) - 1] ?? Buffer.alloc(0), incoming.headers.range, response);
      return;
    }
    const at = Number(job) - 1;
    const left = questionsInVain[at] ?? 0;
    if (left > 0) questionsInVain[at] = left - 1;
    const jobId = `job_${job ?? ''}`;
    const status =
      left > 0
        ? { jobId, jobStatus: 'in-progress' }
        : { jobId, jobStatus: 'success', downloadUrl: `${origin}/files/${jobId}.zip` };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(job === undefined ? request(JSON.parse(body) as Batch) : status));
  };

  const server = createServer((incoming, response) => {
    const path = incoming.url ?? '';
    requests.push(`${incoming.method ?? ''} ${path}`);
    answer(path, incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    baseUrl: `${origin}/v1`,
    requests,
    enter(next, chance) {
      world = next;
      random = chance;
      archives = [];
      questionsInVain = [];
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sendStretch(file: Buffer, range: string | undefined, response: ServerResponse): void {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (range === undefined) {
    response.writeHead(200, { 'content-length': file.length }).end(file);
    return;
  }
  const start = first === '' ? Math.max(0, file.length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? file.length : Math.min(file.length, Number(last) + 1);
  const headers = { 'content-range': `bytes ${start}-${end - 1}/${file.length}`, 'content-length': end - start };
  response.writeHead(206, headers).end(file.subarray(start, end));
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of incoming as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}
