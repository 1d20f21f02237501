import { join } from 'node:path';
import type { ScenarioClient } from '../../client.js';
import type { SaveEvent } from '../../node/events.js';
import type { SaveReport } from '../../node/report/report.js';
import type { SaveOptions } from '../../node/save-options.js';
import { planOptionsOf, progressPlanOf, requireConvertible } from '../batch-plan.js';
import type { CommandContext } from '../command-context.js';
import { DEFAULT_DIRECTORY, type BatchOptions } from '../command-options.js';
import { connect } from '../connect.js';
import { createErrorLog } from '../error-log.js';
import { exitCodeOfReport, type ExitCode } from '../exit-codes.js';
import { matcherOf } from '../globs.js';
import { readSelectionOptions, type CommandSelection } from '../ids/read-selection.js';
import { documentOfReport } from '../json-document.js';
import { createProgressDisplay } from '../progress/show-progress.js';
import { remarksOn } from '../remarks.js';
import { summarize } from '../summary.js';
import { printPlan } from './dry-run.js';

export interface GetOptions extends BatchOptions {
  out?: string;
  keepArchives?: boolean;
  include?: string[];
  exclude?: string[];
  connections?: number;
  force?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

/**
 * Saves a selection with `saveAll`. The paths, or with `--json` the report, go to standard output. On a terminal, the
 * summary is enough, so the paths are left out.
 */
export async function get(
  assetIds: readonly string[],
  options: GetOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { output, env, signal } = context;
  const { out = DEFAULT_DIRECTORY, quiet = false, json = false } = options;
  const selection = await readSelectionOptions({ ...options, assetIds }, context.stdin, signal);
  requireConvertible(selection, options);
  if (options.dryRun) return printPlan(selection, { ...options, out }, output);

  const note = quiet ? () => undefined : output.note;
  const plan = progressPlanOf(selection, options.format);
  const progress = createProgressDisplay({ output, env, plan, quiet });
  const errorLog = createErrorLog();
  const onProgress = (event: SaveEvent) => {
    errorLog.onProgress(event);
    if (event.type === 'file-saved') {
      context.saved.files++;
      context.saved.bytes += event.bytes;
    }
    progress.onProgress(event);
  };
  const client = connect(env, onProgress);
  if (options.out === undefined) note(`Saving into ./${DEFAULT_DIRECTORY}; --out DIR chooses another folder.`);
  remarksOn(selection, options).forEach(note);

  await progress.start();
  let report: SaveReport;
  try {
    report = await save(client, selection, { ...options, out }, { ...context, onProgress });
  } finally {
    progress.stop();
  }

  if (json) output.document(documentOfReport(report, selection));
  else if (!quiet && output.stdout.isTTY !== true) {
    for (const path of pathsOf(report)) output.result(join(out, path));
  }
  for (const line of summarize(report, { ...context, selection, options: { ...options, out, assetIds } }))
    output.note(line);
  if (options.debug) errorLog.stacks().forEach(output.notes);
  return exitCodeOfReport(report);
}

function* pathsOf({ batches }: SaveReport): Generator<string> {
  for (const { files, archive } of batches) {
    for (const { path } of files) yield path;
    if (archive !== undefined) yield archive;
  }
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
    connections: options.connections,
    timeoutMs: options.timeout === undefined ? undefined : options.timeout * 1000,
    signal,
    onProgress,
    env,
  });
}
