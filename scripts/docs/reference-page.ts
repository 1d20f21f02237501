import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operationsOf, resolveReference, type OpenApiDocument } from '../lib/openapi-document.js';
import { redocly } from '../lib/redocly.js';
import { operationTargets, REFERENCE_PATH } from './link-target.js';
import type { Page, Section } from './page.js';

/** The placeholders for Redoc's output in the template of the page. */
const HEAD = '<script src="see-everything.js"></script>\n{{{redocHead}}}';
const BODY = '{{{redocHTML}}}';

/** A picture that Redoc would load from another host, in a part of its page that this site does not show. */
const FOREIGN_PICTURE = /https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini(?:-full)?\.svg/g;
const EMPTY_PICTURE = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";

/** Returns the reference page for the search and the navigation. {@link renderReference} makes its HTML. */
export function referencePage(document: OpenApiDocument): Page {
  const sections: Section[] = [{ id: '', title: document.info.title, level: 1, text: document.info.description ?? '' }];
  const operations = operationTargets(document);
  for (const { path, method, operation } of operationsOf(document)) {
    sections.push({
      id: operations.get(operation.operationId)?.split('#')[1] ?? '',
      title: `${operation.summary ?? operation.operationId} (${operation.operationId})`,
      level: 2,
      text: `${method.toUpperCase()} ${path} ${[...wordsIn(document, operation)].join(' ')}`,
    });
  }
  return { path: REFERENCE_PATH, group: 'HTTP API', title: 'HTTP API reference', html: BODY, sections };
}

/**
 * Renders the complete reference page, with Redoc's output in the frame of this site.
 *
 * @param json the bundled document
 * @param config the path of redocly.yaml, which configures the look of the reference
 * @param frame renders the complete page with the given HTML in its head
 */
export async function renderReference(json: string, config: string, frame: (head: string) => string): Promise<string> {
  const work = await mkdtemp(join(tmpdir(), 'scenario-downloads-docs-'));
  try {
    const [spec, template, output] = [join(work, 'openapi.json'), join(work, 'page.hbs'), join(work, 'page.html')];
    await writeFile(spec, json);
    await writeFile(template, frame(HEAD));
    await redocly([
      'build-docs',
      spec,
      '--output',
      output,
      '--template',
      template,
      '--config',
      config,
      '--inlineBundle',
    ]);
    const html = await readFile(output, 'utf8');
    if (!FOREIGN_PICTURE.test(html))
      throw new Error('Redoc has changed: its picture from elsewhere is not where it was.');
    return html.replace(FOREIGN_PICTURE, EMPTY_PICTURE);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Yields the texts of an operation for the search: descriptions, names of fields, and enum values. */
function* wordsIn(document: OpenApiDocument, value: unknown, key = ''): Generator<string> {
  if (key === 'x-codeSamples' || key === 'examples') return;
  if (typeof value === 'string') {
    if (key === 'description' || key === 'enum') yield value;
  } else if (Array.isArray(value)) {
    for (const item of value) yield* wordsIn(document, item, key);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(resolveReference<object>(document, value))) {
      if (key === 'properties') yield name;
      yield* wordsIn(document, member, name);
    }
  }
}
