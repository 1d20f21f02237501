import { resolve } from 'node:path';
import type { Batch } from '../batches.js';
import type { BatchReport, ErrorReport, SaveReport } from '../node/report/report.js';
import { describeIds, idCountsOf } from './batch-plan.js';
import type { SavedSoFar } from './command-context.js';
import { explainReport, type Explanation } from './explain-error.js';
import { MAX_EXAMPLES, type CommandSelection } from './ids/read-selection.js';

/** The document that `--json` prints: the report of `saveAll`, extended by what only the command knows. */
export type JsonDocument = Omit<SaveReport, 'batches' | 'warnings'> & {
  batches: (BatchDocument | PlannedBatchDocument)[];
  warnings: (SaveReport['warnings'][number] | { code: 'duplicate-ids'; count: number; message: string })[];
  /** True for `--dry-run`. */
  dryRun?: boolean;
  /** The error that ended the run early. */
  error?: { code: string; message: string; advice: string };
};

/** A batch of a run, with advice on its error. */
type BatchDocument = Omit<BatchReport, 'error'> & { error?: ErrorReport & { advice: string } };

/** A batch of a dry run. */
interface PlannedBatchDocument {
  index: number;
  part: [];
  jobId: null;
  status: 'planned';
  assets: number | null;
  ids: ReturnType<typeof idCountsOf>;
  files: [];
  failed: [];
}

/** Creates the document of a finished run. */
export function documentOfReport(report: SaveReport, selection: CommandSelection): JsonDocument {
  return {
    ...report,
    batches: report.batches.map(withAdvice),
    warnings: [...report.warnings, ...duplicateWarning(selection)],
  };
}

function withAdvice({ error, ...batch }: BatchReport): BatchDocument {
  return error === undefined ? batch : { ...batch, error: { ...error, advice: explainReport(error).advice } };
}

/** Creates the document of a dry run. */
export function documentOfPlan(
  directory: string,
  plan: readonly Batch['query'][],
  selection: CommandSelection,
): JsonDocument {
  const batches = plan.map((query, index): PlannedBatchDocument => {
    const ids = idCountsOf({ query });
    const assets = ids.inferenceIds + ids.modelIds > 0 ? null : ids.assetIds;
    return { index, part: [], jobId: null, status: 'planned', assets, ids, files: [], failed: [] };
  });
  return {
    ...emptyDocument(resolve(directory)),
    ok: true,
    dryRun: true,
    batches,
    warnings: duplicateWarning(selection),
  };
}

/**
 * Creates the document of a run that ended with an error.
 *
 * @param directory the destination of the run; undefined for a command that saves nothing, whose document only has the
 * error
 * @param saved what had been saved before the error
 */
export function documentOfError(
  { code, message, advice }: Explanation,
  directory: string | undefined,
  saved: SavedSoFar = { files: 0, bytes: 0, seconds: 0 },
): JsonDocument | Pick<JsonDocument, 'schemaVersion' | 'ok' | 'error'> {
  const error = { code, message, advice };
  if (directory === undefined) return { schemaVersion: 1, ok: false, error };
  const document = emptyDocument(absolute(directory));
  return { ...document, totals: { ...document.totals, ...saved }, error };
}

/** Describes the ids that were given more than once. */
export function describeDuplicates({ duplicates, duplicateExamples }: CommandSelection): string {
  const more = duplicateExamples.length > MAX_EXAMPLES ? ' and more' : '';
  const [have, are] = duplicates === 1 ? ['id has', 'is'] : ['ids have', 'are'];
  return `${duplicates} ${have} been given before and ${are} not sent again: ${duplicateExamples.slice(0, MAX_EXAMPLES).join(', ')}${more}`;
}

function duplicateWarning(selection: CommandSelection): { code: 'duplicate-ids'; count: number; message: string }[] {
  if (selection.duplicates === 0) return [];
  return [{ code: 'duplicate-ids', count: selection.duplicates, message: `${describeDuplicates(selection)}.` }];
}

function emptyDocument(directory: string): JsonDocument {
  return {
    schemaVersion: 1,
    ok: false,
    directory,
    batches: [],
    skipped: [],
    missing: [],
    renamed: [],
    warnings: [],
    totals: { files: 0, bytes: 0, seconds: 0, receivedBytes: 0 },
  };
}

/** Returns the absolute path, or the path as it is if the working directory no longer exists. */
function absolute(directory: string): string {
  try {
    return resolve(directory);
  } catch {
    return directory;
  }
}

/** Formats the plan of a dry run for people. */
export function linesOfPlan(plan: readonly Batch[]): string[] {
  const width = String(plan.length).length;
  return plan.map((batch, index) => `batch ${String(index + 1).padStart(width)}  ${describeIds(idCountsOf(batch))}`);
}
