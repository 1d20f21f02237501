import { planBatches, type Batch } from '../batches.js';
import { MAX_BATCH_SIZE, type TargetFormat } from '../types.js';
import type { BatchOptions } from './command-options.js';
import { usageError } from './command-error.js';
import type { CommandSelection } from './ids/read-selection.js';
import { countOf } from './numbers.js';
import type { ProgressPlan } from './progress/progress-state.js';

/** The options of a plan as `saveAll` and `planBatches` call them. */
export function planOptionsOf({ template, flat }: Pick<BatchOptions, 'template' | 'flat'>): {
  fileNameTemplate?: string;
  flat?: boolean;
} {
  return { ...(template !== undefined && { fileNameTemplate: template }), ...(flat && { flat }) };
}

/** The batches that a selection is cut into; the same that `saveAll` makes of it. */
export function planOf({ ids }: CommandSelection, options: Pick<BatchOptions, 'template' | 'flat'>): Batch[] {
  return planBatches(ids, planOptionsOf(options));
}

/**
 * Refuses a conversion of anything but assets.
 *
 * @throws {CommandError} when inferences or models are among what is asked for
 */
export function requireConvertible({ ids }: CommandSelection, format: TargetFormat | undefined): void {
  if (format === undefined || ids.inferenceIds.length + ids.modelIds.length === 0) return;
  throw usageError(
    '--format takes asset ids only: the API does not tell which assets an inference or a model has.',
    'Leave out --inference and --model, or --format.',
  );
}

/** What progress is measured by. */
export function progressPlanOf({ ids }: CommandSelection, format: TargetFormat | undefined): ProgressPlan {
  const assets = ids.assetIds.length;
  const sources = ids.inferenceIds.length + ids.modelIds.length;
  // Counted instead of planned: a plan of a million ids is not needed twice.
  const batches = Math.ceil(assets / MAX_BATCH_SIZE) + Math.ceil(sources / MAX_BATCH_SIZE);
  return { batches: format === undefined ? batches : 0, assets: sources > 0 ? undefined : assets };
}

/** `1,000 assets`, `2 inferences, 1 model`. */
export function describeIds(counts: Record<'assetIds' | 'inferenceIds' | 'modelIds', number>): string {
  const parts = [
    counts.assetIds > 0 ? countOf(counts.assetIds, 'asset') : undefined,
    counts.inferenceIds > 0 ? countOf(counts.inferenceIds, 'inference') : undefined,
    counts.modelIds > 0 ? countOf(counts.modelIds, 'model') : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

/** How many ids of each kind a batch has. */
export function idCountsOf({ query }: Batch): Record<'assetIds' | 'inferenceIds' | 'modelIds', number> {
  return {
    assetIds: query.assetIds.length,
    inferenceIds: query.inferenceIds.length,
    modelIds: query.modelIds.length,
  };
}
