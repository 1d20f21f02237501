import { describe, expect, test } from 'vitest';
import { isRetryable, parseRetryAfter, retryDelay } from '../src/retry.js';

describe('isRetryable', () => {
  test.each([undefined, 408, 425, 429, 500, 502, 503, 504, 520])('a GET is repeated after %s', (status) => {
    expect(isRetryable({ method: 'GET', status })).toBe(true);
  });

  test.each([0, 301, 400, 401, 403, 404, 409, 410, 413, 501, 505])('a GET is not repeated after %s', (status) => {
    expect(isRetryable({ method: 'get', status })).toBe(false);
  });

  test.each([429, 503])('a POST is repeated after %s, where the server has done nothing', (status) => {
    expect(isRetryable({ method: 'POST', status })).toBe(true);
  });

  test.each([408, 425, 500, 502, 504])('a POST is not repeated after %s, where it may have created work', (status) => {
    expect(isRetryable({ method: 'POST', status })).toBe(false);
  });

  test('a POST without an answer is repeated only when nothing of it was sent', () => {
    expect(isRetryable({ method: 'POST', unsent: true })).toBe(true);
    expect(isRetryable({ method: 'POST', unsent: false })).toBe(false);
    expect(isRetryable({ method: 'POST' })).toBe(false);
  });
});

describe('retryDelay', () => {
  test('grows exponentially, with full jitter, up to the longest', () => {
    const ceilings = [1, 2, 3, 4, 10].map((repetition) => retryDelay(repetition, undefined, 6000, () => 1));
    expect(ceilings).toEqual([500, 1000, 2000, 4000, 6000]);
    expect(retryDelay(3, undefined, 6000, () => 0)).toBe(0);
    expect(retryDelay(3, undefined, 6000, () => 0.25)).toBe(500);
  });

  test("obeys the server's hint to the letter, and gives up when it is too long", () => {
    expect(retryDelay(1, 2500, 60_000, () => 0)).toBe(2500);
    expect(retryDelay(1, 60_001, 60_000, () => 0)).toBeUndefined();
  });
});

test('a hint that names no time to come is none: without a pause the trouble would outlast all repetitions', () => {
  expect(retryDelay(2, 0, 60_000, () => 1)).toBe(1000);
});

describe('parseRetryAfter', () => {
  const now = Date.parse('Wed, 21 Oct 2015 07:28:00 GMT');

  test.each([
    ['12', 12_000],
    ['0', 0],
    ['1.5', 1500],
    ['Wed, 21 Oct 2015 07:28:30 GMT', 30_000],
    ['Wed, 21 Oct 2015 07:00:00 GMT', 0],
    ['Wednesday, 21-Oct-15 07:28:30 GMT', 30_000],
    ['Wed Oct 21 07:28:30 2015', 30_000],
  ])('reads %j', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });

  test.each([null, '', 'soon', '-5', '12s', '1e3', 'NaN', 'Infinity', 'Wed, nonsense'])('%j is no hint', (header) => {
    expect(parseRetryAfter(header, now)).toBeUndefined();
  });
});
