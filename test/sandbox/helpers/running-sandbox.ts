import { onTestFinished } from 'vitest';
import type { components } from '../../../generated/schema.js';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../../src/sandbox/index.js';

/** A clock that stands still until it is moved. */
export interface Clock {
  now: () => number;
  advance: (ms: number) => void;
}

/** A sandbox with its own clock, closed again when the test has finished, and the requests that tests send to it. */
export interface TestSandbox {
  sandbox: Sandbox;
  clock: Clock;
  api: (method: string, path: string, body?: unknown, init?: ApiInit) => Promise<Response>;
  requestBatch: (query: Partial<BatchQuery>, options?: Partial<BatchOptions>) => Promise<Response>;
  /** Requests a batch, moves the clock past the end of the job and returns the URL of the archive. */
  archiveUrl: (query: Partial<BatchQuery>, options?: Partial<BatchOptions>) => Promise<string>;
  status: (jobId: string) => Promise<components['schemas']['DownloadGetStatusResponse']>;
  assetUrl: (assetId: string, targetFormat?: string) => Promise<string>;
}

/** What a test may set of a request to the API. */
interface ApiInit {
  body?: BodyInit;
  headers?: Record<string, string>;
}

type BatchQuery = components['schemas']['DownloadRequestBatchQuery'];
type BatchOptions = components['schemas']['DownloadRequestBatchOptions'];

const JOB_MS = 4000;

export async function runSandbox(options: SandboxOptions = {}): Promise<TestSandbox> {
  let time = 1_700_000_000_000;
  const clock: Clock = { now: () => time, advance: (ms) => void (time += ms) };
  const sandbox = await startSandbox({ now: clock.now, jobDurationMs: JOB_MS, ...options });
  onTestFinished(() => sandbox.close());

  const api: TestSandbox['api'] = (method, path, body, init = {}) =>
    fetch(sandbox.baseUrl + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...init,
      headers: { authorization: basic(sandbox), 'content-type': 'application/json', ...init.headers },
    });
  const requestBatch: TestSandbox['requestBatch'] = (query, batchOptions) =>
    api('POST', '/assets/download', {
      options: { fileNameTemplate: '<generator>-<prompt>-<num>-<seed>', ...batchOptions },
      query: { assetIds: [], inferenceIds: [], modelIds: [], ...query },
    });
  const status: TestSandbox['status'] = async (jobId) =>
    (await (await api('GET', `/assets/download/${jobId}`)).json()) as Awaited<ReturnType<TestSandbox['status']>>;

  return {
    sandbox,
    clock,
    api,
    requestBatch,
    status,
    async archiveUrl(query, batchOptions) {
      const { jobId } = (await (await requestBatch(query, batchOptions)).json()) as { jobId: string };
      clock.advance(JOB_MS);
      return (await status(jobId)).downloadUrl!;
    },
    async assetUrl(assetId, targetFormat) {
      const response = await api('POST', `/assets/${encodeURIComponent(assetId)}/download`, { targetFormat });
      return ((await response.json()) as { url: string }).url;
    },
  };
}

export function basic({ credentials }: Pick<Sandbox, 'credentials'>): string {
  return `Basic ${Buffer.from(`${credentials.apiKey}:${credentials.apiSecret}`).toString('base64')}`;
}

export async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}
