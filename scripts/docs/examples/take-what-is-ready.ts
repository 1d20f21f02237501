// Collects the URLs of archives or of single assets, and goes on with what there is when some of it fails.
import { createScenarioClient, downloadAll, PartialDownloadError } from 'scenario-downloads';
import type { DownloadAllOptions, DownloadOutcome, ResolvedDownload, Selection } from 'scenario-downloads';

const client = createScenarioClient();

async function collect(selection: Selection, options: DownloadAllOptions): Promise<ResolvedDownload[]> {
  try {
    return await downloadAll(client, selection, options);
  } catch (error) {
    if (!(error instanceof PartialDownloadError)) throw error;
    for (const outcome of error.outcomes) {
      if (outcome.status === 'failed') console.error(`${nameOf(outcome)} failed: ${outcome.error.message}`);
    }
    return error.outcomes.filter((outcome) => outcome.status === 'ready');
  }
}

function nameOf(outcome: DownloadOutcome): string {
  return outcome.kind === 'asset' ? outcome.assetId : `archive ${outcome.index}`;
}

const archives = await collect({ inferenceIds: ['inference_1'], modelIds: ['model_1'] }, { batchSize: 1, flat: true });
const pictures = await collect({ assetIds: ['asset_1', 'asset_2'] }, { targetFormat: 'jpg' });
for (const download of [...archives, ...pictures]) {
  // The URL is a credential: hand it to what fetches the file, and do not log it.
  console.log(nameOf(download), new URL(download.downloadUrl).pathname);
}
