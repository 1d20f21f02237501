import { readdir, readFile } from 'node:fs/promises';
import type { LinkTargets } from './link-target.js';
import type { Page } from './page.js';
import { renderMarkdown } from './render-markdown.js';

const FOLDER = new URL('guide/', import.meta.url);

/** Returns the files of the guide in order, each with the path of its page. `00-overview.md` is the front page. */
export async function guideFiles(): Promise<Map<string, string>> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.md')).sort();
  return new Map(
    names.map((name) => [
      name,
      name.startsWith('00-') ? 'index.html' : `guide/${name.replace(/^\d+-/, '').replace(/\.md$/, '.html')}`,
    ]),
  );
}

/** Renders the pages of the guide. */
export async function guidePages(files: ReadonlyMap<string, string>, targets: LinkTargets): Promise<Page[]> {
  const pages: Page[] = [];
  for (const [name, path] of files) {
    const markdown = await readFile(new URL(name, FOLDER), 'utf8');
    const rendered = await renderMarkdown(markdown, path, { targets, pages: files });
    pages.push({ ...rendered, path, group: 'Guide' });
  }
  return pages;
}
