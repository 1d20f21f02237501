import type { components } from '../../generated/schema.js';
import type { Asset } from './assets.js';

/** Longer names are cut: a ZIP entry has room for 65,535 bytes, and a template may repeat a prompt. */
const MAX_LENGTH = 2000;

/**
 * The name of an asset's entry in an archive: the template with its placeholders filled in, in a folder for each
 * inference unless the archive is flat. Slashes are replaced, so that a prompt cannot make a folder; everything else
 * stays as it is, and nothing makes names unique.
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
  // yazl takes such a beginning for a drive, and refuses it.
  return name.replace(/^([a-z]):/i, '$1_');
}

function asSegment(text: string): string {
  return text.slice(0, MAX_LENGTH).replace(/[/\\]/g, '_');
}

function asFolder(inferenceId: string): string {
  return inferenceId === '.' || inferenceId === '..' ? '_' : asSegment(inferenceId);
}
