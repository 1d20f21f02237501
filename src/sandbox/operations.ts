import type { components } from '../../generated/schema.js';
import { originalExtensionOf } from './asset-file.js';
import { selectAssets } from './assets.js';
import type { JobStore } from './jobs.js';
import type { Settings } from './options.js';
import { errorReply, jsonReply, type Reply } from './reply.js';
import type { OperationId } from './spec.js';

type Schemas = components['schemas'];

/** What the operations need. */
export interface OperationContext {
  settings: Settings;
  jobs: JobStore;
  /** Creates a signed URL for a path on the file host. */
  signedUrl: (path: string) => string;
}

/** A request whose parameters and body are valid according to the spec. */
export interface ValidRequest {
  pathParameters: Readonly<Record<string, string>>;
  body: unknown;
}

/** Performs an operation. */
export type OperationHandler = (context: OperationContext, request: ValidRequest) => Reply;

/** The operations that the sandbox implements. The spec may have more. */
export const OPERATIONS: Readonly<Partial<Record<OperationId, OperationHandler>>> = {
  downloadRequestBatch: ({ settings, jobs }, { body }) => {
    const { query, options } = body as Schemas['DownloadRequestBatchBody'];
    const forbidden = query.assetIds.find((assetId) => settings.forbiddenAssets.has(assetId));
    if (forbidden !== undefined) return forbiddenReply(forbidden);
    const assetIds = selectAssets(query, settings);
    const ceiling = settings.maxAssetsPerBatch;
    if (assetIds.length > ceiling && settings.tooLarge === 'reject') {
      const details = { limit: 'assets-per-batch', ceiling, requested: assetIds.length };
      return errorReply(400, { message: `The batch exceeds ${ceiling} assets`, details });
    }
    if (jobs.countRunning() >= settings.maxConcurrentJobs) {
      const details = { limit: 'concurrent-jobs', ceiling: settings.maxConcurrentJobs };
      return errorReply(429, { message: 'Too many jobs are running', details });
    }
    const { jobId } = jobs.start(assetIds.slice(0, ceiling), options);
    return jsonReply(200, { jobId } satisfies Schemas['DownloadRequestBatchResponse']);
  },

  downloadGetStatus: ({ settings, jobs, signedUrl }, { pathParameters: { jobId = '' } }) => {
    const job = jobs.get(jobId);
    if (!job) return errorReply(404, { message: 'There is no such job' });
    const { jobStatus } = job;
    const isReady = jobStatus === 'success' && settings.now() >= job.endsAt;
    const answer: Schemas['DownloadGetStatusResponse'] = isReady
      ? { jobId, jobStatus, downloadUrl: signedUrl(archivePath(jobId)) }
      : { jobId, jobStatus };
    return jsonReply(200, answer);
  },

  downloadRequest: ({ settings, signedUrl }, { pathParameters: { assetId = '' }, body }) => {
    const { targetFormat } = body as Schemas['DownloadRequestBody'];
    if (settings.missingAssets.has(assetId)) return errorReply(404, { message: 'There is no such asset' });
    if (settings.forbiddenAssets.has(assetId)) return forbiddenReply(assetId);
    if (targetFormat !== undefined && settings.nonImageAssets.has(assetId)) {
      return errorReply(400, { message: 'Invalid target format', details: { targetFormat } });
    }
    const extension = targetFormat ?? originalExtensionOf(assetId, settings);
    const url = signedUrl(`/assets/${encodeURIComponent(assetId)}.${extension}`);
    return jsonReply(200, { url } satisfies Schemas['DownloadRequestResponse']);
  },
};

/** Returns the path of a job's archive on the file host. */
export function archivePath(jobId: string): string {
  return `/archives/${jobId}.zip`;
}

function forbiddenReply(assetId: string): Reply {
  return errorReply(403, { message: `The asset ${assetId} belongs to another team` });
}
