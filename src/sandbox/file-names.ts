import type { components } from '../../generated/schema.js';
import type { Asset } from './assets.js';

/** In characters. A template may repeat a prompt, and the name of a ZIP entry is limited to 65,535 bytes. */
const MAX_LENGTH = 2000;

/**
 * Returns the name of an asset's entry in an archive: the template with its placeholders replaced, in a folder for each
 * inference unless the archive is flat. Slashes are replaced so that a prompt cannot create a folder. All other
 * characters are kept, and names need not be unique.
 */
export function entryNameOf(
  asset: Asset,
  extension: string,
  options: components['schemas']['DownloadRequestBatchOptions'],
): string {
  const values = new Map([
    ['<seed>', String(asset.seed)],
    ['<num>', String(asset.num)],
    ['<prompt>', asset.prompt],
    ['<generator>', asset.generator],
  ]);
  const stem = options.fileNameTemplate.replace(
    /<(?:seed|num|prompt|generator)>/g,
    (placeholder) => values.get(placeholder) ?? placeholder,
  );
  const file = `${asSegment(stem || asset.id)}.${extension}`;
  const name = options.flat ? file : `${asFolder(asset.inferenceId)}/${file}`;
  // yazl takes this for a drive letter and refuses the name.
  return name.replace(/^([a-z]):/i, '$1_');
}

function asSegment(text: string): string {
  return text.slice(0, MAX_LENGTH).replace(/[/\\]/g, '_');
}

function asFolder(inferenceId: string): string {
  return inferenceId === '.' || inferenceId === '..' ? '_' : asSegment(inferenceId);
}
