import { once } from 'node:events';
import { downloadAssets, type AssetOutcome } from '../../download-assets.js';
import { downloadBatches, type BatchOutcome } from '../../download-batches.js';
import type { ProgressEvent } from '../../progress.js';
import { planOf, progressPlanOf, requireConvertible } from '../batch-plan.js';
import type { CommandContext } from '../command-context.js';
import type { BatchOptions } from '../command-options.js';
import { connect } from '../connect.js';
import { combineExitCodes, type ExitCode } from '../exit-codes.js';
import { explainError } from '../explain-error.js';
import { readSelectionOptions } from '../ids/read-selection.js';
import { describeDuplicates } from '../json-document.js';
import { showProgress, type ProgressDisplay } from '../progress/show-progress.js';

/**
 * Prints the signed URLs of a selection, each as it is ready: of archives (`downloadRequestBatch`,
 * `downloadGetStatus`), or of assets with `--format` (`downloadRequest`). It is the only command that prints them.
 */
export async function urls(
  assetIds: readonly string[],
  options: BatchOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { output, env, outputClosed } = context;
  const { quiet = false, format } = options;
  const selection = await readSelectionOptions({ ...options, assetIds }, context.stdin, context.signal);
  requireConvertible(selection, format);
  let onProgress: ProgressDisplay['onProgress'] | undefined;
  const client = connect(env, (event) => onProgress?.(event));
  if (selection.duplicates > 0 && !quiet) output.note(`${describeDuplicates(selection)}.`);

  const plan = format === undefined ? planOf(selection, options) : [];
  // Lines that come on the same terminal would go through the live one.
  const isShared = output.stdout.isTTY === true && output.stderr.isTTY === true;
  const progressPlan = progressPlanOf(selection, plan.length);
  const progress = await showProgress({ output, env, plan: progressPlan, quiet: quiet || isShared });
  onProgress = progress.onProgress;

  const signal = AbortSignal.any([context.signal, outputClosed]);
  const common = {
    concurrency: options.concurrency,
    signal,
    onProgress: (event: ProgressEvent) => onProgress?.(event),
  };
  const outcomes: AsyncIterable<BatchOutcome | AssetOutcome> =
    format === undefined
      ? downloadBatches(client, plan, {
          ...common,
          timeoutMs: options.timeout === undefined ? undefined : options.timeout * 1000,
        })
      : downloadAssets(client, selection.ids.assetIds, { ...common, targetFormat: format });
  const failures: { label: string; error: Error }[] = [];
  try {
    for await (const outcome of outcomes) {
      if (outcome.status === 'failed') failures.push({ label: labelOf(outcome), error: outcome.error });
      else if (!output.stdout.write(`${JSON.stringify(lineOf(outcome))}\n`)) await once(output.stdout, 'drain', { signal });
    }
  } catch (error) {
    // Whoever reads has seen enough.
    if (!outputClosed.aborted || context.signal.aborted) throw error;
  } finally {
    progress.stop();
  }
  for (const { label, error } of failures) {
    const { message, advice } = explainError(error);
    output.note(`failed: ${label}: ${message}`);
    output.note(`  ${advice}`);
  }
  return combineExitCodes(failures.map(({ error }) => explainError(error).exitCode));
}

type Ready<Outcome> = Extract<Outcome, { status: 'ready' }>;

function lineOf(outcome: Ready<BatchOutcome | AssetOutcome>): object {
  const { kind, index, downloadUrl } = outcome;
  if (kind === 'asset') {
    return { kind, index, assetId: outcome.assetId, targetFormat: outcome.targetFormat, downloadUrl };
  }
  const { part, job, jobStatus, batch } = outcome;
  const isOpenEnded = batch.query.inferenceIds.length + batch.query.modelIds.length > 0;
  const assets = isOpenEnded ? null : batch.query.assetIds.length;
  return { kind, index, part, jobId: job.jobId, jobStatus, assets, downloadUrl };
}

function labelOf(outcome: BatchOutcome | AssetOutcome): string {
  if (outcome.kind === 'asset') return `asset ${outcome.assetId}`;
  const job = outcome.job ? ` (job ${outcome.job.jobId})` : '';
  return `batch ${[outcome.index, ...outcome.part].map((place) => place + 1).join('.')}${job}`;
}
