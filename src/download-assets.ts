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
  /** The position among the asset ids, from 0. */
  index: number;
  assetId: string;
  targetFormat: TargetFormat;
}

/** An asset that can be fetched. `downloadUrl` is a signed URL: it is a credential, and it expires. */
export interface ReadyAsset extends OutcomeOfAsset {
  status: 'ready';
  downloadUrl: string;
}

/** An asset whose URL could not be obtained. */
export interface FailedAsset extends OutcomeOfAsset {
  status: 'failed';
  error: Error;
}

/** The outcome of one asset. `status` tells the two apart. */
export type AssetOutcome = ReadyAsset | FailedAsset;

/** An asset that the server has refused with 429, and that is to be requested again. */
interface PendingAsset {
  assetId: string;
  /** How often it has been refused. */
  refusals: number;
}

/** The options of {@link downloadAssets}. Only `targetFormat` is required. */
export interface DownloadAssetsOptions {
  /** The format to convert the assets to. If it does not fit the kind of an asset, the server responds with 400. */
  targetFormat: TargetFormat;
  /** The maximum number of concurrent requests. Default 4. */
  concurrency?: number | undefined;
  /** Cancels everything; the generator then rejects with the `reason` of the signal. */
  signal?: AbortSignal | undefined;
  /** Called for each progress event. Errors that it throws are ignored. */
  onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** The longest pause that the server may ask for at a time, in milliseconds. Default 1,800,000 (30 minutes). */
  timeoutMs?: number | undefined;
  /** The source of time and random numbers. Default: `systemClock`, which uses those of the runtime. */
  clock?: Clock | undefined;
}

/**
 * Requests the URL of each asset in a format (`downloadRequest`), a few of them concurrently, and yields the outcome of
 * each asset as it settles. It never rejects because of a single asset. An asset that is refused with 429 is requested
 * again when the server allows it.
 *
 * The remaining assets fail with the same error, without a request, after a response of 401, when the server asks for a
 * pause longer than `timeoutMs`, or after `concurrency` (at least three) consecutive requests without a response.
 *
 * @throws {InvalidInputError} before any request, if an option is unusable
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
