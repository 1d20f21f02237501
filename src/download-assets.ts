import { requireTargetFormat, resolveAssetUrl } from './asset-url.js';
import { createCircuitBreaker } from './circuit-breaker.js';
import { requireClient, type ScenarioClient } from './client.js';
import { systemClock, type Clock } from './clock.js';
import { DEFAULT_CONCURRENCY, DEFAULT_TIMEOUT_MS } from './limits.js';
import { runPool } from './pool.js';
import { emit, type ProgressEvent } from './progress.js';
import { waitIfPutOff } from './put-off.js';
import { requireList, requireKind, requireMilliseconds } from './require.js';
import type { TargetFormat } from './types.js';

interface OutcomeOfAsset {
  kind: 'asset';
  /** Its place among the asset ids, from 0. */
  index: number;
  assetId: string;
  targetFormat: TargetFormat;
}

/** The asset can be fetched. `downloadUrl` is a signed URL: a credential, which expires. */
export interface ReadyAsset extends OutcomeOfAsset {
  status: 'ready';
  downloadUrl: string;
}

/** An asset was given up. */
export interface FailedAsset extends OutcomeOfAsset {
  status: 'failed';
  error: Error;
}

/** What became of one asset. Tell them apart by `status`. */
export type AssetOutcome = ReadyAsset | FailedAsset;

/** An asset that waits for its turn, not for the first time. */
interface PendingAsset {
  assetId: string;
  /** How often the server has put it off. */
  refusals: number;
}

/** How {@link downloadAssets} goes about it. Only the format has no default. */
export interface DownloadAssetsOptions {
  /** The format to convert the assets to. One that does not fit the kind of an asset is answered with 400. */
  targetFormat: TargetFormat;
  /** How many assets may be asked for at once. Default 4. */
  concurrency?: number | undefined;
  /** Calls everything off; the generator rejects with its `reason`. */
  signal?: AbortSignal | undefined;
  /** Hears of what happens to the assets. */
  onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** For how long the server may ask to be left alone each time, in milliseconds. Default 1,800,000: 30 minutes. */
  timeoutMs?: number | undefined;
  /** Time and chance. Default: the runtime's. */
  clock?: Clock | undefined;
}

/**
 * Asks for assets one by one in a format (`downloadRequest`), a few at once, and yields what became of each as it
 * settles. It never rejects because of one asset. One that is refused with 429 is asked for again, when the server says.
 * After an answer of 401, when the server wants to be left alone for longer than `timeoutMs`, or when as many assets in a
 * row as are asked for at once, but three at least, had no answer at all, the others fail with the same error without a
 * request.
 *
 * @throws {InvalidInputError} for an unusable option, before any request
 */
export async function* downloadAssets(
  client: ScenarioClient,
  assetIds: Iterable<string>,
  {
    targetFormat,
    concurrency = DEFAULT_CONCURRENCY,
    signal,
    onProgress,
    timeoutMs = DEFAULT_TIMEOUT_MS,
    clock = systemClock,
  }: DownloadAssetsOptions,
): AsyncGenerator<AssetOutcome, void, undefined> {
  requireTargetFormat(targetFormat);
  requireList('assetIds', assetIds);
  requireClient(client);
  requireKind('onProgress', onProgress, 'a function');
  requireMilliseconds('timeoutMs', timeoutMs);
  const send = createCircuitBreaker(concurrency, timeoutMs);

  yield* runPool<string | PendingAsset, AssetOutcome>(assetIds, concurrency, signal, async (item, index, stop) => {
    const { assetId, refusals }: PendingAsset = typeof item === 'string' ? { assetId: item, refusals: 0 } : item;
    const place = { kind: 'asset', index, assetId, targetFormat } as const;
    try {
      const downloadUrl = await send(() => resolveAssetUrl(client, assetId, { targetFormat, signal: stop }));
      emit(onProgress, { type: 'asset-ready', assetId });
      return { ...place, status: 'ready', downloadUrl };
    } catch (reason) {
      stop.throwIfAborted();
      const error = reason as Error;
      if (await waitIfPutOff(error, refusals, { timeoutMs, clock, signal: stop, onProgress })) {
        return { again: [{ assetId, refusals: refusals + 1 }], isRefused: true };
      }
      emit(onProgress, { type: 'asset-failed', assetId, error });
      return { ...place, status: 'failed', error };
    }
  });
}
