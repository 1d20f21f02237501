import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleSpec } from '../lib/bundle-spec.js';
import type { OpenApiDocument } from '../lib/openapi-document.js';
import { apiPages, readApi, readEntries } from './api-pages.js';
import { exampleLinks, examplesPage } from './examples-page.js';
import { guideFiles, guidePages } from './guide-pages.js';
import { renderPage, type Frame, type SubLink } from './layout.js';
import { operationTargets } from './link-target.js';
import type { Page } from './page.js';
import { readExamples } from './read-examples.js';
import { referencePage, renderReference } from './reference-page.js';

/**
 * Builds the documentation: the guide, the reference of the HTTP API and the pages of the TypeScript API, with a common
 * navigation and search. The site works from disk and loads nothing from other hosts.
 *
 * @param root the folder of the package
 * @param out the output folder, which is emptied first
 * @returns the paths of the pages
 */
export async function buildSite(root: string, out: string): Promise<string[]> {
  const json = await bundleSpec(join(root, 'openapi'));
  const document = JSON.parse(json) as OpenApiDocument;
  const packageJson = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    exports: Record<string, unknown>;
  };
  const entries = readEntries(packageJson);
  const { modules, targets: names } = readApi(root, entries);
  const targets = new Map([...operationTargets(document), ...names]);

  const examples = await readExamples();
  const reference = referencePage(document);
  const pages: Page[] = [
    ...(await guidePages(await guideFiles(), targets)),
    await examplesPage(examples, targets),
    reference,
    ...(await apiPages(entries, modules, targets, exampleLinks(examples))),
  ];
  const frame: Frame = { pages, subLinks: subLinksOf(pages), version: packageJson.version };

  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  for (const page of pages) {
    const html =
      page === reference
        ? await renderReference(json, join(root, 'openapi/redocly.yaml'), (head) => renderPage(page, frame, head))
        : renderPage(page, frame);
    await mkdir(dirname(join(out, page.path)), { recursive: true });
    await writeFile(join(out, page.path), html);
  }
  await writeFile(join(out, 'openapi.json'), json);
  await copyFile(join(root, 'openapi/openapi.yaml'), join(out, 'openapi.yaml'));
  await copyFile(new URL('site.css', import.meta.url), join(out, 'site.css'));
  await writeFile(join(out, 'search-index.js'), `globalThis.searchIndex = ${JSON.stringify(searchIndex(pages))};\n`);
  await build({
    entryPoints: ['site', 'see-everything'].map((name) =>
      fileURLToPath(new URL(`browser/${name}.ts`, import.meta.url)),
    ),
    outdir: out,
    bundle: true,
    format: 'iife',
    target: 'es2022',
  });
  return pages.map(({ path }) => path);
}

/** Creates the search index: see `browser/search.ts`. */
function searchIndex(pages: Page[]): { url: string; title: string; page: string; text: string }[] {
  return pages.flatMap(({ path, title, sections }) =>
    sections.map((section) => ({
      url: section.id === '' ? path : `${path}#${section.id}`,
      title: section.title,
      page: title,
      text: section.text,
    })),
  );
}

function subLinksOf(pages: Page[]): Map<string, SubLink[]> {
  return new Map(
    pages.map(({ path, group, sections }) => [
      path,
      sections
        .filter(({ level }) => level === 2 || (level === 3 && group !== 'Guide'))
        .map(({ id, title }) => ({ title: title.replace(/ \(.*\)$/, ''), target: `${path}#${id}` })),
    ]),
  );
}
