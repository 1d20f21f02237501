import {
  exampleFileNameTemplate,
  maxAssetIds,
  serverUrl,
  targetFormatValues,
  type components,
} from '../generated/schema.js';

type Schemas = components['schemas'];

/** The body of `downloadRequestBatch`. */
export type DownloadRequestBatchBody = Schemas['DownloadRequestBatchBody'];
/** The answer of `downloadRequestBatch`. */
export type DownloadRequestBatchResponse = Schemas['DownloadRequestBatchResponse'];
/** The answer of `downloadGetStatus`. */
export type DownloadGetStatusResponse = Schemas['DownloadGetStatusResponse'];
/** A format that `downloadRequest` can convert an asset to. */
export type TargetFormat = Schemas['TargetFormat'];

/** Every {@link TargetFormat}, in the order of the spec. */
export const TARGET_FORMATS: readonly TargetFormat[] = targetFormatValues;

/** The API's address in the spec. */
export const DEFAULT_BASE_URL = serverUrl;

/** How many assets a batch holds at most, says the spec. */
export const MAX_BATCH_SIZE = maxAssetIds;

/** The `fileNameTemplate` of a batch when none is given: the spec's own example. */
export const DEFAULT_FILE_NAME_TEMPLATE: string = exampleFileNameTemplate;
