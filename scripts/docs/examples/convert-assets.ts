// Converts assets one by one to a format, and saves each as soon as it is ready.
import { writeFile } from 'node:fs/promises';
import { createScenarioClient, downloadAssets, TARGET_FORMATS } from 'scenario-downloads';
import type { AssetOutcome, DownloadAssetsOptions, FailedAsset, ReadyAsset, TargetFormat } from 'scenario-downloads';

function isTargetFormat(text: string): text is TargetFormat {
  return TARGET_FORMATS.some((format) => format === text);
}

async function save({ assetId, targetFormat, downloadUrl }: ReadyAsset): Promise<void> {
  const file = await fetch(downloadUrl);
  if (!file.ok) throw new Error(`${assetId}: the file host answered ${file.status}`);
  await writeFile(`${assetId}.${targetFormat}`, new Uint8Array(await file.arrayBuffer()));
}

function summarize(outcomes: readonly AssetOutcome[]): string {
  const failed = outcomes.filter((outcome): outcome is FailedAsset => outcome.status === 'failed');
  const reasons = failed.map(({ assetId, error }) => `\n  ${assetId}: ${error.message}`);
  return `${outcomes.length - failed.length} of ${outcomes.length} converted${reasons.join('')}`;
}

const format = process.argv[2] ?? 'webp';
if (!isTargetFormat(format)) throw new Error(`${format} is none of ${TARGET_FORMATS.join(', ')}`);

const options: DownloadAssetsOptions = { targetFormat: format, concurrency: 8 };
const outcomes: AssetOutcome[] = [];
for await (const outcome of downloadAssets(createScenarioClient(), ['asset_1', 'asset_2', 'asset_3'], options)) {
  if (outcome.status === 'ready') await save(outcome);
  outcomes.push(outcome);
}
console.log(summarize(outcomes));
