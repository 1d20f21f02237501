import { rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { resolveAssetUrl } from '../asset-url.js';
import { readSelection, type Batch, type Selection } from '../batches.js';
import { downloadAssets, type AssetOutcome } from '../download-assets.js';
import { InvalidInputError, toError } from '../errors.js';
import type { TargetFormat } from '../types.js';
import { assertIsAsset } from './check-asset.js';
import { mapEntryName } from './names/file-names.js';
import { createReportBuilder, type ReportBuilder } from './report/report-builder.js';
import { reportError, type FailedFile } from './report/report.js';
import type { Run } from './run.js';
import type { PlacedFile } from './placing/placed-file.js';
import { fetchWhole } from './transfer/fetch-whole.js';
import { createRemote } from './transfer/remote.js';

/** An asset to fetch individually, not as part of an archive. */
export interface PlannedAsset {
  /** Identifies the asset in the journal. */
  key: string;
  assetId: string;
}

/**
 * Plans the request of each asset. Its key depends on the id, the format and the API.
 *
 * @param apiHost the host of the API, if it is not that of the spec
 * @throws {InvalidInputError} when the selection has inference or model ids, because only assets can be converted
 */
export function planAssets(selection: Selection, targetFormat: TargetFormat, apiHost?: string): PlannedAsset[] {
  const { assetIds, inferenceIds, modelIds } = readSelection(selection);
  if (inferenceIds.length > 0 || modelIds.length > 0) {
    throw new InvalidInputError('targetFormat is for assetIds only: leave inferenceIds and modelIds out.');
  }
  return assetIds.map((assetId) => ({
    key: createHash('sha256')
      .update(JSON.stringify([assetId, targetFormat, ...(apiHost === undefined ? [] : [apiHost])]))
      .digest('hex')
      .slice(0, 32),
    assetId,
  }));
}

/**
 * Requests each asset in a format and saves it. The report contains all of them as one batch without a job.
 *
 * @param stop is aborted when the disk as a whole fails
 */
export async function saveAssets(
  plan: readonly PlannedAsset[],
  targetFormat: TargetFormat,
  run: Run,
  stop: AbortController,
): Promise<ReportBuilder> {
  const { client, options, saved, signal, tell } = run;
  const { concurrency } = options;
  const files: PlacedFile[] = [];
  const failed = new Map<PlannedAsset, FailedFile>();
  const requests: { asset: PlannedAsset; index: number }[] = [];
  const report = createReportBuilder(options.directory, saved);
  for (const [index, asset] of plan.entries()) {
    signal.throwIfAborted();
    const { path } = mapEntryName(nameOf(asset, targetFormat));
    const isWanted = options.isWanted(path);
    // A file from an earlier run keeps its path, even if it is not wanted now.
    const file = await findSaved(asset, index, isWanted, run);
    if (file !== undefined) files.push(file);
    else if (isWanted) requests.push({ asset, index });
    else report.leaveOut(path);
    if (file === undefined && isWanted) continue;
    const reason = isWanted ? 'present' : 'excluded';
    tell({ type: 'file-skipped', path: file === undefined ? path : saved.pathOf(file), reason });
  }

  const fail = (asset: PlannedAsset, error: unknown) => {
    const { assetId } = asset;
    failed.set(asset, { entry: assetId, error: reportError(error) });
    tell({ type: 'file-failed', entry: assetId, error: toError(error) });
  };
  const save = async (outcome: AssetOutcome): Promise<void> => {
    const request = requests[outcome.index];
    if (request === undefined) throw new Error(`There is no asset ${outcome.index}.`);
    if (outcome.status === 'failed') {
      fail(request.asset, outcome.error);
      return;
    }
    try {
      files.push(await saveAsset(request, targetFormat, outcome.downloadUrl, run));
    } catch (error) {
      if (run.isFatal(error)) stop.abort(error);
      if (!signal.aborted) fail(request.asset, error);
    }
  };

  const running = new Set<Promise<void>>();
  const assetIds = requests.map(({ asset }) => asset.assetId);
  try {
    for await (const outcome of downloadAssets(client, assetIds, {
      targetFormat,
      concurrency,
      signal,
      onProgress: tell,
      timeoutMs: options.timeoutMs,
      clock: options.clock,
    })) {
      const work = save(outcome).finally(() => running.delete(work));
      running.add(work);
      while (running.size >= options.connections) await Promise.race(running);
    }
  } finally {
    await Promise.all(running);
  }
  signal.throwIfAborted();

  const order = new Map(plan.map(({ key }, index) => [key, index]));
  files.sort((one, other) => (order.get(one.batch) ?? 0) - (order.get(other.batch) ?? 0));
  report.settle(
    { key: '', index: 0, part: [], batch: asBatch(plan) },
    // In the order of the plan rather than of failure, because the batch gets the error of the first one.
    { jobId: null, assets: files.length, files, failed: plan.flatMap((asset) => failed.get(asset) ?? []) },
  );
  return report;
}

async function saveAsset(
  { asset, index }: { asset: PlannedAsset; index: number },
  targetFormat: TargetFormat,
  url: string,
  run: Run,
): Promise<PlacedFile> {
  const { client, options, transport, pool, meter, files, saved, space, temp, signal, tell } = run;
  const remote = createRemote({
    url,
    refreshUrl: () => resolveAssetUrl(client, asset.assetId, { targetFormat, signal }),
    transport,
    clock: options.clock,
    stallTimeoutMs: options.stallTimeoutMs,
    transfer: meter.begin(),
    onRetry: (retry) => tell({ type: 'transfer-retry', source: remote.label, ...retry }),
  });
  const path = temp.newPath();
  try {
    const how = { remote, files, space, newTempPath: temp.newPath, limits: options.limits, signal };
    const fetched = await pool.run(() => fetchWhole(path, how), signal);
    await assertIsAsset(path, asset.assetId);
    const { bytes, crc32 } = fetched;
    const listed = { name: nameOf(asset, targetFormat), occurrence: 0, bytes, crc32 };
    const [file] = await saved.place({ batch: asset.key, rank: [index], isWanted: () => true }, [listed]);
    if (file === undefined) throw new Error('A listing of one file has one place.');
    if (file.presence === 'missing') await saved.save(file, fetched);
    // It is reported as saved even if it was there before, since only fetching the asset has shown that.
    file.presence = 'saved';
    tell({ type: 'file-saved', path: saved.pathOf(file), bytes });
    return file;
  } finally {
    await rm(path, { force: true });
  }
}

async function findSaved(
  asset: PlannedAsset,
  index: number,
  isWanted: boolean,
  run: Run,
): Promise<PlacedFile | undefined> {
  const [record] = run.journal.batches.get(asset.key)?.files.values() ?? [];
  if (record === undefined) return undefined;
  const [file] = await run.saved.place({ batch: asset.key, rank: [index], isWanted: () => isWanted }, [record]);
  return file?.presence === 'missing' ? undefined : file;
}

function nameOf({ assetId }: PlannedAsset, targetFormat: TargetFormat): string {
  // A slash in an id must not create a folder.
  return `${assetId.replaceAll('/', '_')}.${targetFormat}`;
}

function asBatch(plan: readonly PlannedAsset[]): Batch {
  const assetIds = plan.map(({ assetId }) => assetId);
  return { options: { fileNameTemplate: '' }, query: { assetIds, inferenceIds: [], modelIds: [] } };
}
