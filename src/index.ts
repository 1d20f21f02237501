export { createScenarioClient } from './client.js';
export type { ClientOptions, ScenarioClient } from './client.js';
export type { Fetch } from './retrying-fetch.js';
export type { RetryOptions } from './retry.js';

export { planBatches } from './batches.js';
export type { Batch, PlanOptions, Selection } from './batches.js';
export { requestBatch, waitForJob } from './jobs.js';
export type { FinishedJob, Job, PollEvent, RequestBatchOptions, WaitOptions } from './jobs.js';
export { resolveAssetUrl } from './asset-url.js';
export type { ResolveAssetUrlOptions } from './asset-url.js';
export { downloadBatches } from './download-batches.js';
export type {
  BatchOutcome,
  DownloadBatchesOptions,
  FailedBatch,
  ReadyBatch,
  RequestedBatch,
} from './download-batches.js';
export { downloadAssets } from './download-assets.js';
export type { AssetOutcome, DownloadAssetsOptions, FailedAsset, ReadyAsset } from './download-assets.js';
export { downloadAll } from './download-all.js';
export type { DownloadAllOptions, ResolvedDownload } from './download-all.js';

export { createPollingSchedule } from './polling.js';
export type { PollingSchedule } from './polling.js';
export type { ProgressEvent } from './progress.js';
export { systemClock } from './clock.js';
export type { Clock } from './clock.js';
export type { Delay } from './delay.js';

export {
  ArchiveError,
  BatchTooLargeError,
  HttpError,
  InvalidInputError,
  InvalidResponseError,
  JobFailedError,
  JobTimeoutError,
  NetworkError,
  PartialDownloadError,
  ScenarioDownloadError,
} from './errors.js';
export type {
  ArchiveErrorReason,
  DownloadOutcome,
  HttpErrorDetails,
  JobTimeoutDetails,
  ScenarioDownloadErrorCode,
} from './errors.js';

export { DEFAULT_BASE_URL, DEFAULT_FILE_NAME_TEMPLATE, MAX_BATCH_SIZE, TARGET_FORMATS } from './types.js';
export type {
  DownloadGetStatusResponse,
  DownloadRequestBatchBody,
  DownloadRequestBatchResponse,
  TargetFormat,
} from './types.js';
export type { components, operations, paths } from '../generated/schema.js';
