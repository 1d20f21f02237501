import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { ScenarioClient } from '../../client.js';
import { downloadAssets, type AssetOutcome } from '../../download-assets.js';
import { downloadBatches, type BatchOutcome } from '../../download-batches.js';
import { placeOf, planOf, progressPlanOf, requireConvertible } from '../batch-plan.js';
import type { CommandContext } from '../command-context.js';
import type { BatchOptions } from '../command-options.js';
import { connect } from '../connect.js';
import { debugText } from '../debug-text.js';
import { combineExitCodes, type ExitCode } from '../exit-codes.js';
import { explainError } from '../explain-error.js';
import { readSelectionOptions, type CommandSelection } from '../ids/read-selection.js';
import { remarksOn } from '../remarks.js';
import { createProgressDisplay, type ProgressDisplay } from '../progress/show-progress.js';

/**
 * Prints the signed URLs of a selection, each as soon as it is ready: of archives (`downloadRequestBatch`,
 * `downloadGetStatus`), or of assets with `--format` (`downloadRequest`). No other command prints signed URLs.
 */
export async function urls(
  assetIds: readonly string[],
  options: BatchOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { output, env, outputClosed } = context;
  const { quiet = false, format } = options;
  const selection = await readSelectionOptions({ ...options, assetIds }, context.stdin, context.signal);
  requireConvertible(selection, options);
  const progress = createProgressDisplay({ output, env, plan: progressPlanOf(selection, format), quiet });
  const { onProgress } = progress;
  const client = connect(env, onProgress);
  if (!quiet) remarksOn(selection, options).forEach(output.note);

  await progress.start();
  const signal = AbortSignal.any([context.signal, outputClosed]);
  // If both streams are the same terminal, printed lines would break into the live progress line.
  const isShared = output.stdout.isTTY === true && output.stderr.isTTY === true;
  const beside = isShared ? progress.beside : undefined;
  const failures: { label: string; error: Error }[] = [];
  try {
    for await (const outcome of resolveAll(client, selection, options, { signal, onProgress })) {
      if (outcome.status === 'failed') failures.push({ label: labelOf(outcome), error: outcome.error });
      else await writeLine(output.stdout, JSON.stringify(lineOf(outcome)), signal, beside);
    }
  } catch (error) {
    // If the reader has closed stdout, as `head` does, that is not an error.
    if (!outputClosed.aborted || context.signal.aborted) throw error;
  } finally {
    progress.stop();
  }
  // Advice that applies to several failures is printed once.
  const advices = new Set<string>();
  for (const { label, error } of failures) {
    const { message, advice } = explainError(error);
    output.note(`failed: ${label}: ${message}`);
    advices.add(advice);
  }
  for (const advice of advices) output.note(`  ${advice}`);
  if (options.debug) for (const { error } of failures) output.notes(debugText(error));
  return combineExitCodes(failures.map(({ error }) => explainError(error).exitCode));
}

function resolveAll(
  client: ScenarioClient,
  selection: CommandSelection,
  options: BatchOptions,
  run: { signal: AbortSignal; onProgress: ProgressDisplay['onProgress'] },
): AsyncIterable<BatchOutcome | AssetOutcome> {
  const { concurrency, timeout, format } = options;
  const pace = { ...run, concurrency, timeoutMs: timeout === undefined ? undefined : timeout * 1000 };
  if (format === undefined) return downloadBatches(client, planOf(selection, options), pace);
  return downloadAssets(client, selection.ids.assetIds, { ...pace, targetFormat: format });
}

/** Writes a line. Waits while the stream is full, so that a million lines do not pile up in memory. */
async function writeLine(
  stream: Writable,
  line: string,
  signal: AbortSignal,
  beside: ProgressDisplay['beside'] = (write) => write(),
): Promise<void> {
  const isTaken = beside(() => stream.write(`${line}\n`));
  if (!isTaken) await once(stream, 'drain', { signal });
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
  return `batch ${placeOf(outcome.index, outcome.part)}${job}`;
}
