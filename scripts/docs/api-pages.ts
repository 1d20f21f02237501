import { readExports, type ApiModule } from './api/read-exports.js';
import { renderModule } from './api/render-module.js';
import type { ExampleLink } from './examples-page.js';
import type { LinkTargets } from './link-target.js';
import { relativeUrl, type Page } from './page.js';
import { renderMarkdown } from './render-markdown.js';

/** An entry of the package: what an importer writes, and where it is. */
interface Entry {
  specifier: string;
  source: string;
  path: string;
}

/**
 * The entries of the package, from the `exports` of its package.json: those that have types.
 *
 * @param packageJson the parsed package.json
 */
export function readEntries(packageJson: { name: string; exports: Record<string, unknown> }): Entry[] {
  const entries: Entry[] = [];
  for (const [subpath, target] of Object.entries(packageJson.exports)) {
    const types = typeof target === 'object' && target !== null && 'types' in target ? target.types : undefined;
    if (typeof types !== 'string') continue;
    entries.push({
      specifier: packageJson.name + subpath.slice(1),
      source: types.replace(/^\.\/dist\//, '').replace(/\.d\.ts$/, '.ts'),
      path: `api/${subpath === '.' ? 'index' : subpath.slice(2).replaceAll('/', '-')}.html`,
    });
  }
  return entries;
}

/** What the entries export, with the place on its page of each name. */
export function readApi(root: string, entries: Entry[]): { modules: ApiModule[]; targets: LinkTargets } {
  const modules = readExports(
    root,
    entries.map(({ source }) => source),
  );
  const targets: LinkTargets = new Map();
  modules.forEach((module, at) => {
    for (const { name } of module.exports) {
      // A name that two entries export is explained where it is first.
      if (!targets.has(name)) targets.set(name, `${entries[at]?.path ?? ''}#${name.toLowerCase()}`);
    }
  });
  return { modules, targets };
}

/**
 * One page for each entry.
 *
 * @param examples where a name is in use
 */
export async function apiPages(
  entries: Entry[],
  modules: ApiModule[],
  targets: LinkTargets,
  examples: ReadonlyMap<string, ExampleLink>,
): Promise<Page[]> {
  return Promise.all(
    entries.map(async ({ specifier, path }, at): Promise<Page> => {
      const module = modules[at] ?? { documentation: '', exports: [] };
      const markdown = await renderModule(specifier, module, (name) => {
        const example = examples.get(name);
        return example && `Example: [${example.title}](${relativeUrl(path, example.target)})`;
      });
      const rendered = await renderMarkdown(markdown, path, { targets, pages: new Map() });
      return { ...rendered, path, group: 'TypeScript API' };
    }),
  );
}
