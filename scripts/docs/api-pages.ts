import { readExports, type ApiModule } from './api/read-exports.js';
import { renderModule } from './api/render-module.js';
import type { ExampleLink } from './examples-page.js';
import type { LinkTargets } from './link-target.js';
import { relativeUrl, type Page } from './page.js';
import { renderMarkdown } from './render-markdown.js';

/** An entry of the package: its import specifier, its source file, and its page in the site. */
interface Entry {
  specifier: string;
  source: string;
  path: string;
}

/**
 * Returns the entries with types from the `exports` of a package.json.
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

/** Reads what the entries export, and where in the site each name is explained. */
export function readApi(root: string, entries: Entry[]): { modules: ApiModule[]; targets: LinkTargets } {
  const modules = readExports(
    root,
    entries.map(({ source }) => source),
  );
  const targets: LinkTargets = new Map();
  modules.forEach((module, at) => {
    for (const { name } of module.exports) {
      // A name that several entries export is explained on the page of the first.
      if (!targets.has(name)) targets.set(name, `${entries[at]?.path ?? ''}#${name.toLowerCase()}`);
    }
  });
  return { modules, targets };
}

/**
 * Renders one page for each entry.
 *
 * @param examples the link to an example for each name
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
