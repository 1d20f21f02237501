import { planBatches, readSelection, type PlanOptions, type Selection } from './batches.js';
import type { ScenarioClient } from './client.js';
import { downloadAssets, type ReadyAsset } from './download-assets.js';
import { downloadBatches, type DownloadBatchesOptions, type ReadyBatch } from './download-batches.js';
import { InvalidInputError, PartialDownloadError, type DownloadOutcome } from './errors.js';
import { requireKind, requireOneOf } from './require.js';
import type { TargetFormat } from './types.js';

/** What can be fetched now: the archive of a batch, or one asset. Tell them apart by `kind`. */
export type ResolvedDownload = ReadyBatch | ReadyAsset;

/** How {@link downloadAll} plans, requests and waits. Everything is optional. */
export interface DownloadAllOptions extends PlanOptions, DownloadBatchesOptions {
  /**
   * Converts the assets: each is asked for by itself then, and the selection may only have `assetIds`. What is said of
   * batches and their jobs has no meaning then. Default: the assets as they are, in archives.
   */
  targetFormat?: TargetFormat | undefined;
}

/**
 * Gets the URLs of a whole selection: plans batches, requests them, and waits for their jobs; or, with a
 * `targetFormat`, asks for each asset by itself. Resolves to the downloads in the order of the plan.
 *
 * It stands on all three operations: `downloadRequestBatch`, `downloadGetStatus` and `downloadRequest`.
 *
 * @throws {InvalidInputError} before any request, when the selection or an option cannot be used, or there is none of its name
 * @throws {PartialDownloadError} when any of it failed; its `outcomes` have what did not fail, too
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
  // Which assets an inference or a model has, nobody here knows.
  if (inferenceIds.length + modelIds.length > 0) throw new InvalidInputError('targetFormat takes asset ids only.');
  return downloadAssets(client, assetIds, { ...options, targetFormat });
}

interface Place {
  index: number;
  part?: number[];
}

/** In the order of the plan; no part of a batch begins as another does, so that their texts order them. */
function byPlace(one: Place, other: Place): number {
  return one.index - other.index || String(one.part).localeCompare(String(other.part));
}
