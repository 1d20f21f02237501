import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../src/sandbox/operations.js';
import { runSandbox } from './helpers/running-sandbox.js';

interface Document {
  paths: Record<
    string,
    Record<string, { operationId: string; requestBody?: { content: Record<string, { examples: Examples }> } }>
  >;
  components: { schemas: Record<string, object> };
}
type Examples = Record<string, { value: unknown }>;

const document = JSON.parse(readFileSync(new URL('../../generated/openapi.json', import.meta.url), 'utf8')) as Document;

function schema(name: string) {
  const ajv = new Ajv2020({ strict: false, formats: { uri: (text: string) => URL.canParse(text) } });
  return ajv.compile({ $ref: `#/components/schemas/${name}`, components: document.components });
}

describe('the sandbox and the spec', () => {
  const taught = Object.entries(document.paths).filter(([, { post }]) => post && post.operationId in OPERATIONS);
  const bodies = taught.flatMap(([path, { post }]) =>
    Object.entries(post?.requestBody?.content['application/json']?.examples ?? {}).map(
      ([name, { value }]) => [name, path.replace('{assetId}', 'asset_1'), value] as const,
    ),
  );

  it.each(bodies)('takes the example %s of %s', async (_name, path, body) => {
    const { api } = await runSandbox();
    expect((await api('POST', path, body)).status).toBe(200);
  });

  it('has examples to take', () => {
    expect(bodies.length).toBeGreaterThanOrEqual(4);
  });

  it('gives answers that fit the schemas', async () => {
    const { api, requestBatch, status, clock, sandbox } = await runSandbox();
    const accepted = (await (await requestBatch({ assetIds: ['a'] })).json()) as { jobId: string };
    expect(schema('DownloadRequestBatchResponse')(accepted)).toBe(true);
    const isStatus = schema('DownloadGetStatusResponse');
    expect(isStatus(await status(accepted.jobId))).toBe(true);
    clock.advance(10_000);
    expect(isStatus(await status(accepted.jobId))).toBe(true);
    const asset = await api('POST', '/assets/a/download', {});
    expect(schema('DownloadRequestResponse')(await asset.json())).toBe(true);
    const isError = schema('ErrorBody');
    for (const path of ['/nowhere', '/assets/download/job_1']) {
      expect(isError(await (await api('GET', path)).json())).toBe(true);
    }
    expect(sandbox.violations).toEqual([]);
  });

  const wrongStates = { jobStates: () => [42 as unknown as string] };

  it('makes it known when an answer of its own does not fit', async () => {
    const { api, requestBatch, sandbox } = await runSandbox(wrongStates);
    await requestBatch({});
    const response = await api('GET', `/assets/download/${sandbox.jobs[0]!.jobId}`);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ details: { pointer: '/jobStatus', rule: 'type' } });
    expect(sandbox.violations).toMatchObject([{ type: 'answer-breaks-spec' }]);
  });

  it('unless it is told not to look', async () => {
    const { api, requestBatch, sandbox } = await runSandbox({ ...wrongStates, validateResponses: false });
    await requestBatch({});
    expect((await api('GET', `/assets/download/${sandbox.jobs[0]!.jobId}`)).status).toBe(200);
  });
});
