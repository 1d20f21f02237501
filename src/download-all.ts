import { planBatches, readSelection, type PlanOptions, type Selection } from './batches.js';
import type { ScenarioClient } from './client.js';
import { downloadAssets, type ReadyAsset } from './download-assets.js';
import { downloadBatches, type DownloadBatchesOptions, type ReadyBatch } from './download-batches.js';
import { InvalidInputError, PartialDownloadError, type DownloadOutcome } from './errors.js';
import { requireKind, requireOneOf } from './require.js';
import type { TargetFormat } from './types.js';

/** A download that can be fetched: the archive of a batch, or a single asset. `kind` tells them apart. */
export type ResolvedDownload = ReadyBatch | ReadyAsset;

/** The options of {@link downloadAll}. All of them are optional. */
export interface DownloadAllOptions extends PlanOptions, DownloadBatchesOptions {
  /**
   * The format to convert the assets to. Each asset is then requested separately, and the selection may only have
   * `assetIds`. There are no batches or jobs then: `batchSize`, `fileNameTemplate` and `flat` have no effect,
   * `concurrency` counts assets, and `timeoutMs` is the longest pause that the server may ask for. Default: archives of
   * the unconverted assets.
   */
  targetFormat?: TargetFormat | undefined;
}

/**
 * Gets the signed URLs of a whole selection, in the order of the plan. It plans batches, requests their archives
 * (`downloadRequestBatch`) and waits for the jobs (`downloadGetStatus`). With a `targetFormat`, it requests each asset
 * separately instead (`downloadRequest`).
 *
 * @throws {InvalidInputError} before any request, if the selection is unusable, or an option is unusable or unknown
 * @throws {PartialDownloadError} if any download failed; its `outcomes` include the successful ones
 */
export async function downloadAll(
  client: ScenarioClient,
  selection: Selection,
  options: DownloadAllOptions & { targetFormat: TargetFormat },
): Promise<ReadyAsset[]>;
export async function downloadAll(
  client: ScenarioClient,
  selection: Selection,
  options?: DownloadAllOptions & { targetFormat?: undefined },
): Promise<ReadyBatch[]>;
export async function downloadAll(
  client: ScenarioClient,
  selection: Selection,
  options?: DownloadAllOptions,
): Promise<ResolvedDownload[]>;
export async function downloadAll(
  client: ScenarioClient,
  selection: Selection,
  options: DownloadAllOptions = {},
): Promise<ResolvedDownload[]> {
  const outcomes: DownloadOutcome[] = [];
  for await (const outcome of settle(client, selection, options)) outcomes.push(outcome);
  outcomes.sort(byPlace);
  if (outcomes.some((outcome) => outcome.status === 'failed')) throw new PartialDownloadError(outcomes);
  return outcomes as ResolvedDownload[];
}

const OPTIONS: readonly string[] = [
  'batchSize',
  'fileNameTemplate',
  'flat',
  'targetFormat',
  'concurrency',
  'timeoutMs',
  'signal',
  'onProgress',
  'clock',
] satisfies (keyof DownloadAllOptions)[];

function settle(
  client: ScenarioClient,
  selection: Selection,
  options: DownloadAllOptions,
): AsyncIterable<DownloadOutcome> {
  requireKind('options', options, 'a plain object');
  for (const name in options) requireOneOf('An option', name, OPTIONS);
  const { targetFormat } = options;
  if (targetFormat === undefined) return downloadBatches(client, planBatches(selection, options), options);
  const { assetIds, inferenceIds, modelIds } = readSelection(selection);
  // The operations of the spec cannot list the assets of an inference or a model.
  if (inferenceIds.length + modelIds.length > 0) throw new InvalidInputError('targetFormat takes asset ids only.');
  return downloadAssets(client, assetIds, { ...options, targetFormat });
}

interface Place {
  index: number;
  part?: number[];
}

/** Compares by the order of the plan. No part is the prefix of another, so that their texts sort correctly. */
function byPlace(one: Place, other: Place): number {
  return one.index - other.index || String(one.part).localeCompare(String(other.part));
}
