import { join } from 'node:path';
import type { ScenarioClient } from '../../client.js';
import type { SaveReport } from '../../node/report.js';
import type { SaveOptions } from '../../node/save-options.js';
import { planOf, planOptionsOf, progressPlanOf, requireConvertible } from '../batch-plan.js';
import type { CommandContext } from '../command-context.js';
import type { BatchOptions } from '../command-options.js';
import { connect } from '../connect.js';
import { exitCodeOfReport, type ExitCode } from '../exit-codes.js';
import { matcherOf } from '../globs.js';
import { readSelectionOptions, type CommandSelection } from '../ids/read-selection.js';
import { describeDuplicates, documentOfReport } from '../json-document.js';
import { showProgress } from '../progress/show-progress.js';
import { summarize } from '../summary.js';
import { printPlan } from './dry-run.js';

export interface GetOptions extends BatchOptions {
  out?: string;
  keepArchives?: boolean;
  include: string[];
  exclude: string[];
  force?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

export const DEFAULT_DIRECTORY = 'scenario-downloads';

/**
 * Saves a selection with `saveAll`. Paths, or with `--json` the report, go to standard output; on a terminal, where
 * the summary says it all, paths are left out.
 */
export async function get(
  assetIds: readonly string[],
  options: GetOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { output, env, signal } = context;
  const { out = DEFAULT_DIRECTORY, quiet = false, json = false } = options;
  const selection = await readSelectionOptions({ ...options, assetIds }, context.stdin, signal);
  requireConvertible(selection, options.format);
  if (options.dryRun) return printPlan(selection, { ...options, out }, output);

  const note = quiet ? () => undefined : output.note;
  // Only those of the run itself: what the client repeats is among its events.
  let onProgress: SaveOptions['onProgress'];
  const client = connect(env, (event) => onProgress?.(event));
  if (options.out === undefined) note(`Saving into ./${DEFAULT_DIRECTORY}; --out DIR chooses another folder.`);
  if (selection.duplicates > 0) note(`${describeDuplicates(selection)}.`);

  const batches = options.format === undefined ? planOf(selection, options).length : 0;
  const plan = progressPlanOf(selection, batches);
  const progress = await showProgress({ output, env, plan, quiet });
  onProgress = progress.onProgress;
  let report: SaveReport;
  try {
    report = await save(client, selection, { ...options, out }, { ...context, onProgress });
  } finally {
    progress.stop();
  }

  if (json) output.result(JSON.stringify(documentOfReport(report, selection)));
  else if (!quiet && output.stdout.isTTY !== true) {
    for (const { files } of report.batches) for (const { path } of files) output.result(join(out, path));
  }
  for (const line of summarize(report, { out, quiet, selection, options, argv: context.argv })) output.note(line);
  return exitCodeOfReport(report);
}

async function save(
  client: ScenarioClient,
  { ids }: CommandSelection,
  options: GetOptions & { out: string },
  { env, signal, onProgress }: CommandContext & Pick<SaveOptions, 'onProgress'>,
): Promise<SaveReport> {
  const { saveAll } = await import('../../node/save-all.js');
  return saveAll(client, ids, {
    ...planOptionsOf(options),
    directory: options.out,
    targetFormat: options.format,
    keepArchives: options.keepArchives,
    include: matcherOf(options.include),
    exclude: matcherOf(options.exclude),
    force: options.force,
    concurrency: options.concurrency,
    timeoutMs: options.timeout === undefined ? undefined : options.timeout * 1000,
    signal,
    onProgress,
    env,
  });
}
