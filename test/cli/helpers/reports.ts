import type { BatchReport, SaveReport } from '../../../src/node/report/report.js';

/** A report of a run that went well, with something else in it. */
export function saveReport(changes: Partial<SaveReport> = {}): SaveReport {
  return {
    schemaVersion: 1,
    ok: true,
    directory: '/folder',
    batches: [],
    skipped: [],
    missing: [],
    renamed: [],
    warnings: [],
    totals: { files: 0, bytes: 0, seconds: 1.5, receivedBytes: 0 },
    ...changes,
  };
}

export function batchReport(changes: Partial<BatchReport> = {}): BatchReport {
  return { index: 0, part: [], jobId: 'job_1', status: 'complete', assets: 0, files: [], failed: [], ...changes };
}
