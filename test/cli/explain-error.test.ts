import { describe, expect, test } from 'vitest';
import { explainError } from '../../src/cli/explain-error.js';
import {
  ArchiveError,
  HttpError,
  InvalidInputError,
  JobFailedError,
  JobTimeoutError,
  NetworkError,
} from '../../src/errors.js';
import { DirectoryBusyError, FileSystemError } from '../../src/node/errors.js';

const httpError = (status: number, more: { body?: unknown; retryAfterMs?: number } = {}) =>
  new HttpError('message', {
    source: 'api',
    status,
    method: 'POST',
    url: 'https://api.example/v1/assets/download',
    ...more,
  });
const fileHostError = (status: number) =>
  new HttpError('message', { source: 'file-host', status, method: 'GET', url: 'https://files.example/a.zip' });

const errors: [name: string, error: unknown][] = [
  ['401', httpError(401, { body: { message: 'Unauthorized.' } })],
  ['403', httpError(403, { body: { error: 'Forbidden' } })],
  ['404', httpError(404)],
  ['429', httpError(429, { retryAfterMs: 90_000 })],
  ['429 without a hint', httpError(429, { body: '<html>' })],
  ['503', httpError(503)],
  ['400', httpError(400, { body: { reason: 'Invalid target format' } })],
  ['302', httpError(302)],
  ['304', httpError(304)],
  ['401 of a file host', fileHostError(401)],
  ['403 of a file host', fileHostError(403)],
  ['503 of a file host', fileHostError(503)],
  ['no network', new NetworkError('No whole answer to GET x: connect ECONNREFUSED.')],
  ['a certificate', new NetworkError('No answer from x: self-signed certificate.')],
  ['a proxy', new NetworkError('No whole answer to POST x: No tunnel to a through the proxy b: no.')],
  ['a slow job', new JobTimeoutError('message', { jobId: 'job_1', waitedMs: 61_000, polls: 9, lastStatus: 'queued' })],
  ['a failed job', new JobFailedError('Job job_1 ended as "failure".', { jobId: 'job_1', jobStatus: 'failure' })],
  ['a bad input', new InvalidInputError('concurrency must be a whole number from 1 to 1000000, but is 0.')],
  ['an archive', new ArchiveError('a.zip is truncated.', { path: 'a.zip', reason: 'truncated' })],
  ['a busy folder', new DirectoryBusyError('Process 5 is saving into out.', { directory: 'out', pid: 5 })],
  ['a full disk', new FileSystemError('No space.', { path: 'out', errno: 'ENOSPC' })],
  ['a forbidden folder', new FileSystemError('Permission denied.', { path: 'out', errno: 'EACCES' })],
  ['too many files', new FileSystemError('Too many open files.', { path: 'out', errno: 'EMFILE' })],
  ['a file that is open elsewhere', new FileSystemError('Cannot use x.', { path: 'x', errno: 'EBUSY' })],
  ['a path that is too long', new FileSystemError('Cannot use out.', { path: 'out', errno: 'ENAMETOOLONG' })],
  ['a fault', new TypeError('x is not a function')],
];

describe('says what happened, and what to do', () => {
  test.each(errors)('%s', (_name, error) => {
    const { message, advice, exitCode } = explainError(error);
    expect(`${message}\n  ${advice}\nexit ${exitCode}`).toMatchSnapshot();
  });
});

test('what is no error at all is explained, too', () => {
  expect(explainError('text')).toMatchObject({ code: 'UNEXPECTED', message: 'text', exitCode: 1 });
});
