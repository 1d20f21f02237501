import { describe, expectTypeOf, test } from 'vitest';
import {
  createScenarioClient,
  downloadAll,
  downloadBatches,
  planBatches,
  resolveAssetUrl,
  TARGET_FORMATS,
  waitForJob,
  type Batch,
  type BatchOutcome,
  type components,
  type ReadyAsset,
  type ReadyBatch,
  type ResolvedDownload,
  type ScenarioClient,
  type TargetFormat,
} from '../../src/index.js';

declare const client: ScenarioClient;
declare const maybeFormat: TargetFormat | undefined;

describe('what is right compiles to what it says', () => {
  test('the client is typed by the spec', async () => {
    const { data, error } = await client.GET('/assets/download/{jobId}', { params: { path: { jobId: 'j' } } });
    expectTypeOf(data).toEqualTypeOf<components['schemas']['DownloadGetStatusResponse'] | undefined>();
    expectTypeOf(error).toExtend<components['schemas']['ErrorBody'] | undefined>();
  });

  test('a batch is the body of downloadRequestBatch', () => {
    expectTypeOf<Batch>().toEqualTypeOf<components['schemas']['DownloadRequestBatchBody']>();
  });

  test('the target formats are the ones of the spec', () => {
    expectTypeOf(TARGET_FORMATS).toEqualTypeOf<readonly TargetFormat[]>();
    expectTypeOf<'webp'>().toExtend<TargetFormat>();
    expectTypeOf<'bmp'>().not.toExtend<TargetFormat>();
  });

  test('a format decides what downloadAll resolves to', () => {
    expectTypeOf(downloadAll(client, { assetIds: ['a'] })).resolves.toEqualTypeOf<ReadyBatch[]>();
    expectTypeOf(downloadAll(client, { assetIds: ['a'] }, { targetFormat: 'png' })).resolves.toEqualTypeOf<
      ReadyAsset[]
    >();
    expectTypeOf(downloadAll(client, { assetIds: ['a'] }, { targetFormat: maybeFormat })).resolves.toEqualTypeOf<
      ResolvedDownload[]
    >();
  });

  test('an outcome is told apart by its status', async () => {
    for await (const outcome of downloadBatches(client, planBatches({ modelIds: ['m'] }))) {
      expectTypeOf(outcome).toEqualTypeOf<BatchOutcome>();
      if (outcome.status === 'ready') expectTypeOf(outcome.downloadUrl).toBeString();
      else expectTypeOf(outcome.error).toEqualTypeOf<Error>();
    }
  });
});

describe('what is wrong does not compile', () => {
  test('options', () => {
    // @ts-expect-error a misspelt option
    createScenarioClient({ apikey: 'k' });
    // @ts-expect-error a misspelt option
    void downloadAll(client, { assetIds: ['a'] }, { sginal: new AbortController().signal });
    // @ts-expect-error a misspelt option
    void waitForJob(client, { jobId: 'j' }, { timeout: 1 });
    // @ts-expect-error a misspelt option
    planBatches({ assetIds: ['a'] }, { batchsize: 1 });
  });

  test('selections', () => {
    // @ts-expect-error a misspelt list
    planBatches({ assetIDs: ['a'] });
    // @ts-expect-error numbers are no ids
    planBatches({ assetIds: [1] });
  });

  test('formats', () => {
    // @ts-expect-error not a format of the spec
    void resolveAssetUrl(client, 'a', { targetFormat: 'bmp' });
    // @ts-expect-error not a format of the spec
    void downloadAll(client, { assetIds: ['a'] }, { targetFormat: 'bmp' });
  });

  test('calls of the client', () => {
    // @ts-expect-error no such path
    void client.GET('/assets/downloads');
    // @ts-expect-error the lists are required on the wire
    void client.POST('/assets/download', { body: { options: { fileNameTemplate: 'x' }, query: { assetIds: ['a'] } } });
  });
});
