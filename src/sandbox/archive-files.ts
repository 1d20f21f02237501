import type { ArchiveFile } from './archive.js';
import { encodeAsset, originalExtensionOf } from './asset-file.js';
import { describeAsset } from './assets.js';
import { entryNameOf } from './file-names.js';
import type { SandboxJob } from './jobs.js';
import type { Settings } from './options.js';

/** Returns the files of a job's archive. */
export function archiveFilesOf(job: SandboxJob, settings: Settings): ArchiveFile[] {
  return job.assetIds.map((assetId) => {
    const extension = originalExtensionOf(assetId, settings);
    return {
      name: entryNameOf(describeAsset(assetId), extension, job.options),
      content: () => encodeAsset(assetId, extension, settings.imageSize),
    };
  });
}
