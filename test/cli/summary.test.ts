import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AttentionContext } from '../../src/cli/attention.js';
import { summarize } from '../../src/cli/summary.js';
import type { ErrorReport, SaveReport } from '../../src/node/report/report.js';
import { batchReport, saveReport } from './helpers/reports.js';
import { isWindows } from '../helpers/platform.js';

function context(changes: Partial<AttentionContext['options']> = {}, argv = ['get', '--from', 'ids.txt', '-o', 'out']) {
  const ids = { assetIds: ['a'], inferenceIds: [] as string[], modelIds: [] as string[] };
  const selection = { ids, duplicates: 0, duplicateExamples: [] };
  return {
    selection,
    name: 'scenario-downloads',
    argv,
    options: { out: 'out', assetIds: [], from: ['ids.txt'], ...changes },
  };
}
const say = (report: Partial<SaveReport>, ...args: Parameters<typeof context>) =>
  inShell(summarize(saveReport(report), context(...args)).join('\n'));
/** Windows has other quotes; `shellCommand` has tests of its own. */
const inShell = (text: string) =>
  text.replace(/^ +scenario-downloads .*$/gm, (line) => (isWindows ? line.replaceAll('"', "'") : line));

const file = (path: string, bytes: number) => ({ path, bytes, crc32: 1 });
const failedWith = (index: number, code: ErrorReport['code'], message: string, more = {}) =>
  batchReport({ index, jobId: `job_${index}`, status: 'failed', assets: null, error: { code, message, ...more } });

describe('the headline', () => {
  const totals = { files: 3, bytes: 6000, seconds: 12.34, receivedBytes: 1 };
  const batches = [batchReport({ files: [file('a', 1000), file('b', 2000), file('c', 3000)] })];
  const present = (...paths: string[]) => paths.map((path) => ({ path, reason: 'present' as const }));

  test('everything is new', () => {
    expect(say({ totals, batches })).toBe('Saved 3 files (6.00 kB) in 12 s into out.');
  });

  test.each(['.', './', '..', 'a/..'])('a folder that is called %s has a name', (out) => {
    expect(say({ totals, batches }, { out })).toBe(`Saved 3 files (6.00 kB) in 12 s into ${resolve(out)}.`);
    expect(say({ totals, batches }, { out: `${out}cache` })).toMatch(/ into (a\/)?\.{1,2}\/?cache\.$/);
  });

  test('some of it was there', () => {
    expect(say({ totals, batches, skipped: present('b') })).toBe(
      'Saved 2 files (4.00 kB) in 12 s into out; 1 more was there already and is intact.',
    );
    expect(say({ totals, batches, skipped: present('a', 'b') })).toBe(
      'Saved 1 file (3.00 kB) in 12 s into out; 2 more were there already and are intact.',
    );
  });

  test('all of it was there', () => {
    expect(say({ totals, batches, skipped: present('a', 'b', 'c') })).toBe(
      'All 3 files (6.00 kB) were in out already and are intact; checked in 12 s.',
    );
  });

  test('the only one was there', () => {
    const one = { totals: { ...totals, files: 1, bytes: 524 }, skipped: present('a') };
    expect(say(one)).toBe('The one file (524 B) was in out already and is intact; checked in 12 s.');
  });

  test('the filters left nothing over', () => {
    const skipped = [
      { path: 'x', reason: 'excluded' as const },
      { path: 'y', reason: 'excluded' as const },
    ];
    const none = { totals: { ...totals, files: 0, bytes: 0 }, skipped };
    expect(say(none, { include: ['*.gif'] })).toBe('Nothing was saved: --include left out all of 2 files.');
    expect(say(none, { include: ['*.gif'], exclude: ['x'] })).toBe(
      'Nothing was saved: --include and --exclude left out all of 2 files.',
    );
  });

  test('what a model has got since then is not known without a request', () => {
    const all = { totals: { ...totals, receivedBytes: 0 }, batches, skipped: present('a', 'b', 'c') };
    const ofModel = { ...context(), selection: { ...context().selection, ids: { assetIds: [], inferenceIds: [], modelIds: ['m'] } } }; // prettier-ignore
    expect(summarize(saveReport(all), ofModel)[1]).toBe(
      'The API was not asked: what was generated since then comes with --force.',
    );
    expect(summarize(saveReport(all), context())).toHaveLength(1);
    expect(summarize(saveReport({ ...all, totals }), ofModel)).toHaveLength(1);
    expect(summarize(saveReport({ ...all, ok: false }), ofModel)).toHaveLength(1);
  });

  test('what was excluded does not count', () => {
    const skipped = [{ path: 'x', reason: 'excluded' as const }];
    expect(say({ totals, batches, skipped })).toBe('Saved 3 files (6.00 kB) in 12 s into out.');
  });
});

describe('what needs attention', () => {
  const shortfall = { missing: [{ batch: 0, part: [], jobId: 'job_1', expected: 1000, received: 998 }] };
  const findOut = 'Find out which';

  test('nothing is suggested that cannot be run', () => {
    expect(say(shortfall)).toContain(findOut);
    expect(say(shortfall, { from: ['-'] }, ['get', '--from', '-'])).not.toContain(findOut);
    const ofModel = { ...context(), selection: { ...context().selection, ids: { assetIds: ['a'], inferenceIds: [], modelIds: ['m'] } } }; // prettier-ignore
    expect(summarize(saveReport(shortfall), ofModel).join()).not.toContain(findOut);
  });

  test('a longer timeout is suggested, but none that is refused', () => {
    const batches = [failedWith(0, 'JOB_TIMEOUT', 'Job job_0 was not ready.')];
    expect(say({ ok: false, batches }, { timeout: 600 })).toContain('--timeout 1200');
    expect(say({ ok: false, batches }, { timeout: 1_500_000 })).toContain('--timeout 2000000');
  });

  test('names that are too long still differ', () => {
    const name = (end: string) => `${'x'.repeat(150)}${end}.png`;
    const said = say({ renamed: [{ entry: name('1'), path: name('2'), reasons: ['characters'] }] });
    expect(said).toMatch(/"x+\.\.\.x+1\.png", which is "x+\.\.\.x+2\.png"/);
  });

  test('the same cause at several jobs is said once', () => {
    const batches = [0, 1].map((at) =>
      failedWith(at, 'NETWORK_ERROR', `No whole answer to GET http://h/job_${at}: off.`),
    );
    expect(say({ ok: false, batches })).toContain(
      'failed: batch 1 (job job_0), batch 2 (job job_1): No whole answer to GET http://h/{jobId}: off.\n',
    );
  });

  const reports: [string, Partial<SaveReport>, Parameters<typeof context>?][] = [
    [
      'batches that failed',
      {
        batches: [
          failedWith(0, 'JOB_TIMEOUT', 'Job job_0 was not ready after 1800 s.'),
          failedWith(1, 'JOB_FAILED', 'Job job_1 ended as "failure".'),
          batchReport({
            index: 2,
            part: [0, 1],
            jobId: null,
            status: 'failed',
            error: { code: 'NETWORK_ERROR', message: 'No answer.' },
          }),
        ],
      },
    ],
    [
      'many batches for one reason',
      {
        batches: Array.from({ length: 7 }, (_, at) =>
          failedWith(at, 'HTTP_ERROR', 'Too many requests.', { status: 429 }),
        ),
      },
    ],
    [
      'many batches for many reasons',
      { batches: Array.from({ length: 7 }, (_, at) => failedWith(at, 'JOB_FAILED', `Job ${at} failed.`)) },
    ],
    [
      'files that failed',
      {
        batches: [
          batchReport({
            status: 'partial',
            error: { code: 'ARCHIVE_ERROR', message: 'Its CRC-32 is wrong.' },
            failed: [
              {
                entry: 'a\nb.png',
                error: { code: 'ARCHIVE_ERROR', message: 'Its CRC-32 is wrong.', reason: 'crc-mismatch' },
              },
            ],
          }),
        ],
      },
    ],
    ['a shortfall', { missing: [{ batch: 0, part: [], jobId: 'job_1', expected: 1000, received: 998 }] }],
    [
      'a shortfall of ids on the command line',
      { missing: [{ batch: 1, part: [1], jobId: 'job_1', expected: 2, received: 1 }] },
      [{ from: [], assetIds: ['a', '-b'], envFile: 'my env' }, ['get', 'a', '--env-file', 'my env', '--', '-b']],
    ],
    [
      'more than was asked for',
      { warnings: [{ code: 'more-than-asked', batch: 0, part: [0, 1], message: '3 files came for 2 assets.' }] },
    ],
    [
      'an archive without files',
      {
        ok: true,
        warnings: [{ code: 'empty', batch: 0, part: [], message: 'The archive has no files: there are none.' }],
      },
    ],
    [
      'a server that wants to be left alone',
      { batches: [failedWith(0, 'HTTP_ERROR', 'Too many requests.', { status: 429, retryAfterMs: 7_200_000 })] },
    ],
    ['other names', { renamed: [{ entry: 'who?.png', path: 'who_.png', reasons: ['characters'] }] }],
  ];

  test.each(reports)('%s', (_name, report, args = []) => {
    expect(say({ ok: false, ...report }, ...args)).toMatchSnapshot();
  });

  test('what came on standard input does not come again: no line would work that is copied', () => {
    const argv = ['get', '--from', '-', '-o', 'out'];
    const missing = [{ batch: 0, part: [], jobId: 'job_1', expected: 1000, received: 998 }];
    const text = say({ ok: false, missing, batches: [failedWith(0, 'JOB_TIMEOUT', 'Not ready.')] }, {}, argv);
    expect(text).toContain('  The job goes on: run the same command again later');
    expect(text).toContain('\n  Ask for all of them anew, with --force.');
    expect(text).not.toContain('scenario-downloads get');
  });

  test('a list of other names costs no transfer, and is not offered where the ids do not come again', () => {
    const report: Partial<SaveReport> = { renamed: [{ entry: 'who?.png', path: 'who_.png', reasons: ['characters'] }] };
    expect(say(report, {}, ['get', 'a', '--force'])).toContain('scenario-downloads get a --json --quiet');
    expect(say(report, {}, ['get', '--from', '-'])).not.toContain('List all');
  });

  test('other names are told of once', () => {
    const renamed = [{ entry: 'who?.png', path: 'who_.png', reasons: ['characters' as const] }];
    expect(say({ renamed, skipped: [{ path: 'who_.png', reason: 'present' }] })).not.toContain('renamed');
  });

  test('an archive that may be cut off: its sources are asked for one by one', () => {
    const truncated = { code: 'possibly-truncated' as const, batch: 1, message: 'The archive has 1000 files.' };
    const warnings = [{ ...truncated, part: [] }];
    const ids = { assetIds: ['a'], inferenceIds: ['i 1'], modelIds: ['m1', 'm2', 'm3'] };
    const several = { ...context(), selection: { ids, duplicates: 0, duplicateExamples: [] } };
    expect(inShell(summarize(saveReport({ warnings }), several).join('\n'))).toMatchSnapshot('several');
    const one = {
      ...several,
      selection: { ...several.selection, ids: { ...ids, inferenceIds: [], modelIds: ['m1'] } },
    };
    expect(summarize(saveReport({ warnings }), one).join('\n')).toMatchSnapshot('one');
    const half = summarize(saveReport({ warnings: [{ ...truncated, part: [0] }] }), several).join('\n');
    expect(half).toContain('batch 2.1: ');
    expect(half).toContain("--inference 'i 1'");
    expect(half).toContain('--model m1');
    expect(half).not.toContain('m2');
  });
});

test('so many failures that each must not cost what all before it do', () => {
  const failed = Array.from({ length: 200_000 }, (_, at) => ({
    entry: `a${at}`,
    error: { code: 'HTTP_ERROR' as const, message: 'No such key.', status: 401 },
  }));
  expect(say({ batches: [batchReport({ jobId: null, status: 'failed', failed })] })).toContain(
    'failed: "a0", "a1", "a2" and 199,997 more: No such key.\n',
  );
});

test('--quiet says only what failed or is missing', () => {
  const renamed = [{ entry: 'who?.png', path: 'who_.png', reasons: ['characters' as const] }];
  expect(say({ renamed }, { quiet: true })).toBe('');
  const missing = [{ batch: 0, part: [], jobId: 'job_1', expected: 2, received: 1 }];
  expect(say({ ok: false, renamed, missing }, { quiet: true })).toMatch(/^missing: 1 asset of batch 1 \(job job_1\)/);
});
