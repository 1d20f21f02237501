import { expect, test } from 'vitest';
import { excerpt, findEntries, type Entry } from '../../scripts/docs/browser/search.js';

const entry = (title: string, text = '', page = 'Page'): Entry => ({ url: title, title, page, text });
const index = [
  entry('Errors', 'What is repeated after a failure'),
  entry('waitForJob', 'Asks for the status until there is a URL'),
  entry('WaitOptions', 'How long to wait for a job'),
  entry('Job', 'A job that prepares an archive'),
  entry('Formats', 'gif heif webp', 'Reference'),
];
const find = (query: string) => findEntries(index, query, 10).map(({ title }) => title);

test('every word has to be there, in the title, the page or the text', () => {
  expect(find('heif reference')).toEqual(['Formats']);
  expect(find('heif status')).toEqual([]);
  expect(find('  ')).toEqual([]);
});

test('a title comes before a text, and the whole of a title before a part of it', () => {
  expect(find('job')).toEqual(['Job', 'waitForJob', 'WaitOptions']);
});

test('the start of a word counts more than its middle', () => {
  expect(find('wait')).toEqual(expect.arrayContaining(['WaitOptions', 'waitForJob']));
  expect(findEntries([entry('awaits'), entry('wait')], 'wait', 10)[0]?.title).toBe('wait');
});

test('no more than the limit', () => {
  expect(findEntries(index, 'a', 2)).toHaveLength(2);
});

test('an excerpt is cut around the first word', () => {
  const text = `${'before '.repeat(20)}needle ${'after '.repeat(40)}`;
  expect(excerpt(text, 'needle')).toMatch(/^… before .*needle after .* …$/);
  expect(excerpt('short', 'x')).toBe('short');
});
