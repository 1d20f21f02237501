// The same short program in every runtime: web standards and the root entry only.
import { createScenarioClient, downloadAll, planBatches, TARGET_FORMATS } from 'scenario-downloads';

/** Asks for three batches, waits for their jobs, fetches the archives, and says what came. */
export async function run(options) {
  const client = createScenarioClient(options);
  const selection = { assetIds: Array.from({ length: 25 }, (_, at) => `asset_${at}`) };
  const batches = planBatches(selection, { batchSize: 10 });
  const downloads = await downloadAll(client, selection, { batchSize: 10 });
  let zips = 0;
  for (const { downloadUrl } of downloads) {
    const bytes = new Uint8Array(await (await fetch(downloadUrl)).arrayBuffer());
    if (bytes[0] === 0x50 && bytes[1] === 0x4b) zips++;
  }
  const [webp] = await downloadAll(client, { assetIds: ['asset_1'] }, { targetFormat: 'webp' });
  const type = (await fetch(webp.downloadUrl)).headers.get('content-type');
  return `${batches.length} batches, ${zips} archives, ${type}, ${TARGET_FORMATS.length} formats`;
}
