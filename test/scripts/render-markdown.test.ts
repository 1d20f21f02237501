import { expect, test } from 'vitest';
import { renderMarkdown } from '../../scripts/docs/render-markdown.js';

const targets = new Map([['downloadAll', 'api/index.html#downloadall']]);
const pages = new Map([['50-errors.md', 'guide/errors.html']]);
const render = (markdown: string, path = 'guide/x.html') => renderMarkdown(markdown, path, { targets, pages });

test('headings become sections with their text, and no two have one id', async () => {
  const { title, sections, html } = await render('# Title\n\nOne.\n\n## Part `a`\n\nTwo.\n\n## Part a\n\nThree.\n');
  expect(title).toBe('Title');
  expect(sections).toEqual([
    { id: '', title: 'Title', level: 1, text: 'One.' },
    { id: 'part-a', title: 'Part a', level: 2, text: 'Two.' },
    { id: 'part-a-1', title: 'Part a', level: 2, text: 'Three.' },
  ]);
  expect(html).toContain('<h2 id="part-a-1">');
});

test('a name of the product leads to where it is explained, in text and in code', async () => {
  const { html } = await render(
    '# T\n\nCall `downloadAll()` or `other`.\n\n```typescript\nawait downloadAll();\n```\n',
  );
  expect(html).toContain('<a href="../api/index.html#downloadall"><code>downloadAll()</code></a>');
  expect(html).toContain('<code>other</code>');
  expect(html).toMatch(/<span[^>]*>\s*<a href="..\/api\/index.html#downloadall">downloadAll<\/a>/);
});

test('a link to a file of the guide becomes one to its page', async () => {
  const { html } = await render('# T\n\n[Errors](50-errors.md#what)', 'index.html');
  expect(html).toContain('<a href="guide/errors.html#what">Errors</a>');
  await expect(render('# T\n\n[Gone](99-gone.md)')).rejects.toThrow('links to 99-gone.md, which is no page');
});

test('what looks like HTML in code stays text', async () => {
  const { html } = await render('# T\n\n`<seed>`\n\n```text\n<b>&\n```\n');
  expect(html).toContain('<code>&lt;seed&gt;</code>');
  expect(html).not.toContain('<b>');
});
