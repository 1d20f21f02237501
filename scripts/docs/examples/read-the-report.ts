// Saves a model, keeps the report as JSON beside the files, and reads everything in it.
import { readFile, writeFile } from 'node:fs/promises';
import { createScenarioClient } from 'scenario-downloads';
import { saveAll } from 'scenario-downloads/node';
import type {
  BatchReport,
  ErrorReport,
  FailedFile,
  RenamedFile,
  RenameReason,
  SavedFile,
  SaveReport,
  SaveWarning,
  Shortfall,
  SkippedFile,
} from 'scenario-downloads/node';

const largest = (files: SavedFile[]) => files.reduce((most, { bytes }) => Math.max(most, bytes), 0);
const why = ({ code, reason, errno, status }: ErrorReport) => `${code} ${reason ?? errno ?? status ?? ''}`.trim();
const ofFile = ({ entry, error }: FailedFile) => `  lost ${entry}: ${why(error)}`;
const ofShortfall = ({ batch, expected, received }: Shortfall) => `batch ${batch}: ${received} of ${expected} came`;
const ofWarning = ({ batch, message }: SaveWarning) => `batch ${batch}: ${message}`;

function ofBatch({ index, part, status, files, failed, error }: BatchReport): string {
  const reason = error === undefined ? '' : ` (${why(error)})`;
  const head = `batch ${[index, ...part].join('.')} is ${status}${reason}: ${files.length} files`;
  return [largest(files) > 0 ? head : `${head}, all empty`, ...failed.map(ofFile)].join('\n');
}

function countReasons(renamed: RenamedFile[]): string {
  const counts = new Map<RenameReason, number>();
  for (const reason of renamed.flatMap(({ reasons }) => reasons)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `renamed for ${reason}: ${count}`).join('\n');
}

function countPresent(skipped: SkippedFile[]): string {
  return `there before: ${skipped.filter(({ reason }) => reason === 'present').length}`;
}

function describe(report: SaveReport): string {
  const { totals, batches, missing, warnings, renamed, skipped } = report;
  return [
    `${report.ok ? 'complete' : 'incomplete'}: ${totals.files} files`,
    ...batches.map(ofBatch),
    ...missing.map(ofShortfall),
    ...warnings.map(ofWarning),
    countReasons(renamed),
    countPresent(skipped),
  ].join('\n');
}

const report = await saveAll(createScenarioClient(), { modelIds: ['model_1'] }, { directory: './assets' });
await writeFile('report.json', JSON.stringify(report, null, 2));
console.log(describe(JSON.parse(await readFile('report.json', 'utf8')) as SaveReport));
