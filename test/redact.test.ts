import { expect, test } from 'vitest';
import { redactStart, redactText, redactUrl } from '../src/redact.js';

test.each([
  ['https://user:pass@host.example/a/b.zip?signature=canary#canary', 'https://host.example/a/b.zip'],
  ['http://127.0.0.1:8080/a?b', 'http://127.0.0.1:8080/a'],
  ['not a url ?signature=canary', '(not a URL)'],
])('redactUrl(%j)', (url, expected) => {
  expect(redactUrl(url)).toBe(expected);
});

test('redactText cuts the queries of all URLs in a text', () => {
  const text = 'see https://a.example/x?sig=canary and "HTTPS://b.example/y?sig=canary", please';
  expect(redactText(text)).toBe('see https://a.example/x and "https://b.example/y", please');
  const escaped = String.raw`{"url":"https:\/\/a.example\/x?sig=canary","next":"\n"}`;
  expect(redactText(escaped)).toBe(String.raw`{"url":"https://a.example/x","next":"\n"}`);
  expect(redactText(String.raw`https:\u002F\u002Fa.example\u002fx?a=1\u0026sig=canary b`)).toBe(
    'https://a.example/x b',
  );
  // Some writers of JSON escape what else HTML might take amiss.
  expect(redactText(String.raw`https://a.example/x?sig\u003dcanary\u002bcanary\u0027 b`)).toBe('https://a.example/x b');
  const html = String.raw`\u003ca href=\u0022https://a.example/x?s=canary\u0022\u003e`;
  expect(redactText(html)).toBe(String.raw`\u003ca href=\u0022https://a.example/x\u0022\u003e`);
});

test.each([
  ['see s3://bucket/x?sig=canary', 'see s3://bucket/x'],
  ['azure+https://user:canary@h.example/x#canary.', 'azure+https://h.example/x'],
  [String.raw`"line\nhttps://[?canary"`, String.raw`"line\n(not a URL)"`],
  [String.raw`"\u00e9s3:\/\/b\/x?canary\u0022"`, String.raw`"\u00e9s3://b/x\u0022"`],
  ['at 12:30 // no URL', 'at 12:30 // no URL'],
])('redactText knows every scheme: %s', (text, expected) => {
  expect(redactText(text)).toBe(expected);
});

test.each([
  ['bad Authorization: Basic S0VZS0VZOlNFQ1JFVA==, and more', 'bad Authorization: Basic ***, and more'],
  ['authorization: basic a2V5OnNl+/Y3JldA==\nhost: x', 'authorization: basic ***\nhost: x'],
  [
    String.raw`{"got":"Basic aGVsbG8gd29y\/9z\u003d","more":"\"Basic aGVsbG8gd29y\\\/9z\""}`,
    '{"got":"Basic ***","more":"\\"Basic ***\\""}',
  ],
  ['Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjg_N-XH4', 'Bearer ***'],
])('redactText cuts credentials as they are sent: %s', (text, expected) => {
  expect(redactText(text)).toBe(expected);
});

test.each([
  'Basic authentication is required',
  'Use Basic Auth and/or a Bearer token. Please',
  String.raw`Basic authentication\nPlease`,
  'A basic (plan)',
])('redactText leaves words alone: %s', (text) => {
  expect(redactText(text)).toBe(text);
});

test('redactText takes no time for what looks like one scheme after another', () => {
  const text = 'a'.repeat(20_000);
  const started = performance.now();
  expect(redactText(text)).toBe(text);
  for (const word of ['a:', 'a://', 'a+', 'basic ', '\\']) redactStart(`${word.repeat(20_000)}"`);
  expect(performance.now() - started).toBeLessThan(500);
});

test('redactStart lets go of a URL that is cut in two: what is left might pass for another one', () => {
  const before = 'x'.repeat(19_980);
  expect(redactStart(`${before} https://canary@a.example/x`)).toBe(`${before} `);
  expect(redactStart(`${before} s3://canary@bucket/x`)).toBe(`${before} `);
  expect(redactStart('https://canary@a.example/x?canary')).toBe('https://a.example/x');
});
