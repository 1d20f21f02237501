import { DEFAULT_FILE_NAME_TEMPLATE } from '../types.js';
import type { BatchOptions } from './command-options.js';
import type { CommandSelection } from './ids/read-selection.js';
import { describeDuplicates } from './json-document.js';

/** Returns notes and warnings about a selection, one line each, to be shown before the run starts. */
export function remarksOn(selection: CommandSelection, { template }: BatchOptions): string[] {
  const remarks = selection.duplicates > 0 ? [`${describeDuplicates(selection)}.`] : [];
  // The default template contains every placeholder.
  const known = placeholdersIn(DEFAULT_FILE_NAME_TEMPLATE);
  const unknown = placeholdersIn(template ?? '').filter((placeholder) => !known.includes(placeholder));
  // Not an error: the server may know more placeholders, and the user may want literal angle brackets.
  if (unknown.length > 0)
    remarks.push(`warning: --template has ${unknown.join(', ')}; the known placeholders are ${known.join(', ')}.`);
  const { assetIds, inferenceIds, modelIds } = selection.ids;
  const isOne = assetIds.length === 1 && inferenceIds.length + modelIds.length === 0;
  if (template !== undefined && placeholdersIn(template).length === 0 && !isOne)
    remarks.push(`warning: --template has none of ${known.join(', ')}, so all files would have the same name.`);
  return remarks;
}

function placeholdersIn(template: string): string[] {
  return [...new Set(template.match(/<[^<>]*>/g))];
}
