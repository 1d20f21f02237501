import { expect, test } from 'vitest';
import { redactText, redactUrl } from '../src/redact.js';

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
});
