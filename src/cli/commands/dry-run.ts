import { resolve } from 'node:path';
import { describeIds, planOf } from '../batch-plan.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { CommandSelection } from '../ids/read-selection.js';
import { documentOfPlan, linesOfPlan } from '../json-document.js';
import { countOf } from '../numbers.js';
import { remarksOn } from '../remarks.js';
import type { Output } from '../output.js';
import type { GetOptions } from './get.js';

/** Prints what would be requested. It needs no credentials and sends no requests. */
export function printPlan(
  selection: CommandSelection,
  options: GetOptions & { out: string },
  output: Output,
): ExitCode {
  const { out, format, json, quiet } = options;
  const plan = planOf(selection, options);
  if (json) {
    // With `--format`, assets are requested one by one, and `saveAll` reports them as one batch.
    const batches = format === undefined ? plan.map(({ query }) => query) : [selection.ids];
    output.document(documentOfPlan(out, batches, selection));
    return EXIT.done;
  }
  if (quiet) return EXIT.done;
  const { assetIds, inferenceIds, modelIds } = selection.ids;
  const counts = { assetIds: assetIds.length, inferenceIds: inferenceIds.length, modelIds: modelIds.length };
  const requests =
    format === undefined
      ? countOf(plan.length, 'batch', 'batches')
      : `${countOf(assetIds.length, 'request')} for ${format}`;
  if (format === undefined) for (const line of linesOfPlan(plan)) output.result(line);
  else output.result(`${requests}, one for each asset`);
  remarksOn(selection, options).forEach(output.note);
  output.note(`Dry run: ${describeIds(counts)} in ${requests}, into ${resolve(out)}. Nothing was requested.`);
  return EXIT.done;
}
