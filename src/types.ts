import {
  exampleFileNameTemplate,
  maxAssetIds,
  serverUrl,
  targetFormatValues,
  type components,
} from '../generated/schema.js';

type Schemas = components['schemas'];

/** The request body of `downloadRequestBatch`. */
export type DownloadRequestBatchBody = Schemas['DownloadRequestBatchBody'];
/** The response body of `downloadRequestBatch`. */
export type DownloadRequestBatchResponse = Schemas['DownloadRequestBatchResponse'];
/** The response body of `downloadGetStatus`. */
export type DownloadGetStatusResponse = Schemas['DownloadGetStatusResponse'];
/** A format that `downloadRequest` can convert an asset to. */
export type TargetFormat = Schemas['TargetFormat'];

/** Every {@link TargetFormat}, in the order of the spec. */
export const TARGET_FORMATS: readonly TargetFormat[] = targetFormatValues;

/** The base URL of the API, from the spec. */
export const DEFAULT_BASE_URL = serverUrl;

/** The maximum number of asset ids in a batch, from the spec: 1000. */
export const MAX_BATCH_SIZE = maxAssetIds;

/** The default `fileNameTemplate` of a batch: the example in the spec. */
export const DEFAULT_FILE_NAME_TEMPLATE: string = exampleFileNameTemplate;
