import { describe, expect, test } from 'vitest';
import { combineExitCodes, exitCodeOfError, exitCodeOfReport, EXIT } from '../../src/cli/exit-codes.js';
import type { ErrorReport } from '../../src/node/report/report.js';
import { batchReport, saveReport } from './helpers/reports.js';

test.each<[ErrorReport['code'], number | undefined, number]>([
  ['INVALID_INPUT', undefined, 2],
  ['HTTP_ERROR', 400, 3],
  ['HTTP_ERROR', 401, 4],
  ['HTTP_ERROR', 403, 3],
  ['HTTP_ERROR', 404, 3],
  ['HTTP_ERROR', 408, 5],
  ['HTTP_ERROR', 429, 5],
  ['HTTP_ERROR', 500, 5],
  ['HTTP_ERROR', 503, 5],
  ['NETWORK_ERROR', undefined, 5],
  ['JOB_TIMEOUT', undefined, 5],
  ['JOB_FAILED', undefined, 3],
  ['BATCH_TOO_LARGE', undefined, 3],
  ['INVALID_RESPONSE', undefined, 3],
  ['ARCHIVE_ERROR', undefined, 6],
  ['FILE_SYSTEM_ERROR', undefined, 7],
  ['DIRECTORY_BUSY', undefined, 7],
  ['UNEXPECTED', undefined, 1],
])('%s %s ends with %i', (code, status, expected) => {
  expect(exitCodeOfError({ code, ...(status !== undefined && { status }) })).toBe(expected);
});

describe('several at once', () => {
  test('one kind has its own code', () => {
    expect(combineExitCodes([EXIT.later, EXIT.done, EXIT.later])).toBe(5);
  });

  test('several kinds are partial', () => {
    expect(combineExitCodes([EXIT.later, EXIT.integrity])).toBe(3);
    expect(combineExitCodes([EXIT.credentials, EXIT.disk])).toBe(3);
  });

  test('nothing is a success', () => {
    expect(combineExitCodes([])).toBe(0);
    expect(combineExitCodes([EXIT.done])).toBe(0);
  });
});

describe('a report', () => {
  const timeout: ErrorReport = { code: 'JOB_TIMEOUT', message: 'Not ready.' };
  const corrupt: ErrorReport = { code: 'ARCHIVE_ERROR', message: 'Damaged.', reason: 'crc-mismatch' };

  test('without trouble is a success', () => {
    expect(exitCodeOfReport(saveReport({ batches: [batchReport()] }))).toBe(0);
  });

  test('with one failed batch among finished ones has the code of its error', () => {
    const batches = [batchReport(), batchReport({ status: 'failed', error: timeout })];
    expect(exitCodeOfReport(saveReport({ ok: false, batches }))).toBe(5);
  });

  test('counts the files that failed, not the batch that repeats the first of their errors', () => {
    const failed = [{ entry: 'a.png', error: corrupt }];
    const batches = [batchReport({ status: 'partial', failed, error: corrupt })];
    expect(exitCodeOfReport(saveReport({ ok: false, batches }))).toBe(6);
  });

  test('with a shortfall is never a success, and never worth a mere repetition', () => {
    const missing = [{ batch: 0, part: [], jobId: 'job_1', expected: 1000, received: 998 }];
    expect(exitCodeOfReport(saveReport({ ok: false, missing }))).toBe(3);
    const batches = [batchReport({ status: 'failed', error: timeout })];
    expect(exitCodeOfReport(saveReport({ ok: false, missing, batches }))).toBe(3);
  });

  test('that is not ok is no success, whatever it names', () => {
    expect(exitCodeOfReport(saveReport({ ok: false }))).toBe(3);
  });
});
