import { planBatches, type Batch } from '../batches.js';
import { MAX_BATCH_SIZE, type TargetFormat } from '../types.js';
import type { BatchOptions } from './command-options.js';
import { usageError } from './command-error.js';
import type { CommandSelection } from './ids/read-selection.js';
import { countOf } from './numbers.js';
import type { ProgressPlan } from './progress/progress-state.js';

/** Maps the command's options to the plan options of `saveAll` and `planBatches`. */
export function planOptionsOf({ template, flat }: Pick<BatchOptions, 'template' | 'flat'>): {
  fileNameTemplate?: string;
  flat?: boolean;
} {
  return { ...(template !== undefined && { fileNameTemplate: template }), ...(flat && { flat }) };
}

/** Splits a selection into the same batches as `saveAll` does. */
export function planOf({ ids }: CommandSelection, options: Pick<BatchOptions, 'template' | 'flat'>): Batch[] {
  return planBatches(ids, planOptionsOf(options));
}

/** The options that only apply to archives. */
export type ArchiveOptions = Pick<BatchOptions, 'template' | 'flat'> & { keepArchives?: boolean };

/**
 * Checks that `--format` is used with asset ids only, and not with an option that only applies to archives.
 *
 * @throws {CommandError} when `--format` is combined with an inference, a model or an archive option
 */
export function requireConvertible(
  { ids }: CommandSelection,
  { format, template, flat, keepArchives }: ArchiveOptions & { format?: TargetFormat },
): void {
  if (format === undefined) return;
  if (ids.inferenceIds.length + ids.modelIds.length > 0) {
    throw usageError(
      '--format takes asset ids only: the API does not tell which assets an inference or a model has.',
      'Leave out --inference and --model, or --format.',
    );
  }
  const option = template !== undefined ? '--template' : flat ? '--flat' : keepArchives ? '--keep-archives' : undefined;
  if (option === undefined) return;
  throw usageError(
    `${option} is about archives, and with --format there is none: each asset is a file of its own, named by its id.`,
    `Leave out ${option}, or --format.`,
  );
}

/** Returns the totals that the progress display counts towards. */
export function progressPlanOf({ ids }: CommandSelection, format: TargetFormat | undefined): ProgressPlan {
  const assets = ids.assetIds.length;
  const sources = ids.inferenceIds.length + ids.modelIds.length;
  // Calculated, because `saveAll` plans the batches anyway, and planning a million ids twice would be wasteful.
  const batches = Math.ceil(assets / MAX_BATCH_SIZE) + Math.ceil(sources / MAX_BATCH_SIZE);
  return { batches: format === undefined ? batches : 0, assets: sources > 0 ? undefined : assets };
}

/** Describes how many ids there are of each kind: `1,000 assets`, `2 inferences, 1 model`. */
export function describeIds(counts: Record<'assetIds' | 'inferenceIds' | 'modelIds', number>): string {
  const parts = [
    counts.assetIds > 0 ? countOf(counts.assetIds, 'asset') : undefined,
    counts.inferenceIds > 0 ? countOf(counts.inferenceIds, 'inference') : undefined,
    counts.modelIds > 0 ? countOf(counts.modelIds, 'model') : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

/** Counts the ids of each kind in a batch. */
export function idCountsOf({ query }: Pick<Batch, 'query'>): Record<'assetIds' | 'inferenceIds' | 'modelIds', number> {
  return {
    assetIds: query.assetIds.length,
    inferenceIds: query.inferenceIds.length,
    modelIds: query.modelIds.length,
  };
}

/** What people call a batch of the plan: `3`, and `3.1` for its first half. */
export function placeOf(index: number, part: readonly number[]): string {
  return [index, ...part].map((place) => place + 1).join('.');
}
