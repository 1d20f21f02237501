import type { Batch } from '../../batches.js';
import { MAX_BATCH_SIZE } from '../../types.js';
import { compareRanks } from '../names/name-claims.js';
import type { PlannedBatch } from '../planned-batches.js';
import { reportError, type BatchReport, type FailedFile, type SaveReport } from './report.js';
import type { PlacedFile } from '../placing/placed-file.js';
import type { SavedFiles } from '../placing/saved-files.js';

/** How many replaced files a warning names. */
const MAX_NAMED = 3;

/** The outcome of a batch. */
export interface SettledBatch {
  jobId: string | null;
  /** How many files the archive has; null if it was not read. */
  assets: number | null;
  files: PlacedFile[];
  failed: FailedFile[];
  archive?: PlacedFile | undefined;
  error?: unknown;
}

/** Collects the outcomes of a run into a report. */
export interface ReportBuilder {
  /** Adds the outcome of a batch. */
  settle(planned: PlannedBatch, settled: SettledBatch): void;
  /** Adds a file that is excluded and not part of any settled batch. */
  leaveOut(path: string): void;
  /** Builds the report. Only final at the end of the run, because until then files may still be moved. */
  build(times: { seconds: number; receivedBytes: number }): SaveReport;
}

export function createReportBuilder(directory: string, saved: SavedFiles): ReportBuilder {
  const settledBatches: { planned: PlannedBatch; settled: SettledBatch }[] = [];
  const leftOut: string[] = [];

  return {
    settle: (planned, settled) => void settledBatches.push({ planned, settled }),
    leaveOut: (path) => void leftOut.push(path),
    build({ seconds, receivedBytes }) {
      const report: SaveReport = {
        schemaVersion: 1,
        ok: true,
        directory,
        batches: [],
        skipped: leftOut.map((path) => ({ path, reason: 'excluded' })),
        missing: [],
        renamed: [],
        warnings: [],
        totals: { files: 0, bytes: 0, seconds, receivedBytes },
      };
      const inOrder = settledBatches.toSorted((one, other) => compareRanks(rankOf(one.planned), rankOf(other.planned)));
      for (const { planned, settled } of inOrder) {
        report.batches.push(reportBatch(planned, settled));
        addFiles(report, settled.files);
        addCounts(report, planned, settled);
        addReplaced(report, planned, settled);
      }
      report.ok = report.missing.length === 0 && report.batches.every(({ status }) => status === 'complete');
      return report;
    },
  };

  function reportBatch(planned: PlannedBatch, settled: SettledBatch): BatchReport {
    const { index, part } = planned;
    const { jobId, assets, failed, archive, error } = settled;
    const files = settled.files
      .filter(({ presence, isWanted }) => presence !== 'missing' && isWanted)
      .map((file) => ({ path: saved.pathOf(file), bytes: file.bytes, crc32: file.crc32 }));
    const reason = error === undefined ? failed[0]?.error : reportError(error);
    const status = error !== undefined ? 'failed' : failed.length > 0 ? 'partial' : 'complete';
    return {
      index,
      part,
      jobId,
      status,
      assets,
      files,
      ...(archive !== undefined && { archive: saved.pathOf(archive) }),
      failed,
      ...(reason && { error: reason }),
    };
  }

  /** Adds a warning about replaced files, because a user may have edited them. */
  function addReplaced(report: SaveReport, { index, part }: PlannedBatch, { files }: SettledBatch): void {
    const paths = files
      .filter(({ isWanted, presence, replaces }) => isWanted && presence !== 'missing' && replaces !== undefined)
      .map(({ replaces }) => JSON.stringify(replaces));
    if (paths.length === 0) return;
    const [what, were] = paths.length === 1 ? ['1 file', 'was'] : [`${paths.length} files`, 'were'];
    const named = `${paths.slice(0, MAX_NAMED).join(', ')}${paths.length > MAX_NAMED ? ' and more' : ''}`;
    const message = `${what} with other content ${were} replaced: ${named}.`;
    report.warnings.push({ code: 'replaced', batch: index, part, message });
  }

  function addFiles(report: SaveReport, files: readonly PlacedFile[]): void {
    for (const file of files) {
      const path = saved.pathOf(file);
      // Even if an earlier run has saved it, an unwanted file is not a result of this run.
      if (!file.isWanted) {
        report.skipped.push({ path, reason: 'excluded' });
        continue;
      }
      if (file.presence === 'missing') continue;
      if (file.presence === 'found') report.skipped.push({ path, reason: 'present' });
      const reasons = saved.reasonsOf(file);
      if (reasons.length > 0) report.renamed.push({ entry: file.name, path, reasons });
      report.totals.files++;
      report.totals.bytes += file.bytes;
    }
  }
}

function rankOf({ index, part }: PlannedBatch): number[] {
  return [index, ...part];
}

/** Compares the number of requested assets with the number of files in the archive. */
function addCounts(report: SaveReport, { index, part, batch }: PlannedBatch, settled: SettledBatch): void {
  const { assets: received, jobId } = settled;
  if (received === null || jobId === null) return;
  const expected = batch.query.assetIds.length;
  const isExact = !isOpenEnded(batch);
  if (received < expected) report.missing.push({ batch: index, part, jobId, expected, received });
  if (isExact && received > expected) {
    const message = `${received} files came for ${expected} assets.`;
    report.warnings.push({ code: 'more-than-asked', batch: index, part, message });
  }
  if (!isExact && received === 0 && expected === 0) {
    const message = 'The archive has no files: nothing belongs to these ids, or there are none.';
    report.warnings.push({ code: 'empty', batch: index, part, message });
  }
  if (!isExact && received >= MAX_BATCH_SIZE) {
    const message = `The archive has ${received} files, as many as a batch may have: some may have been left out.`;
    report.warnings.push({ code: 'possibly-truncated', batch: index, part, message });
  }
}

/** Whether it is unknown how many assets the batch stands for, because it has ids of inferences or models. */
function isOpenEnded({ query }: Batch): boolean {
  return query.inferenceIds.length > 0 || query.modelIds.length > 0;
}
