import { format } from 'prettier';
import { LAYOUT } from './api/render-module.js';
import type { LinkTargets } from './link-target.js';
import type { Page } from './page.js';
import type { Example } from './read-examples.js';
import { renderMarkdown } from './render-markdown.js';

const PATH = 'guide/examples.html';

const HEAD = `# Examples

Whole programs to copy, which together use every name that the package exports. They read the credentials from
\`SCENARIO_SDK_API_KEY\` and \`SCENARIO_SDK_API_SECRET\`, or start a sandbox of their own. Each is run by the tests.`;

/** Renders the page with a section for each example. */
export async function examplesPage(examples: readonly Example[], targets: LinkTargets): Promise<Page> {
  const sections = await Promise.all(examples.map(renderExample));
  const rendered = await renderMarkdown([HEAD, ...sections].join('\n\n'), PATH, { targets, pages: new Map() });
  return { ...rendered, path: PATH, group: 'Guide' };
}

async function renderExample({ title, about, code }: Example): Promise<string> {
  const narrow = await format(code, { parser: 'typescript', ...LAYOUT });
  return `## ${title}\n\n${about}\n\n\`\`\`typescript\n${narrow.trim()}\n\`\`\``;
}

/** A link to an example. */
export interface ExampleLink {
  title: string;
  /** Path and fragment in the site. */
  target: string;
}

/** Chooses an example for each public name: the one that uses the fewest names, because it is the most specific. */
export function exampleLinks(examples: readonly Example[]): Map<string, ExampleLink> {
  const links = new Map<string, ExampleLink>();
  for (const { name, title, names } of examples.toSorted((one, other) => one.names.size - other.names.size)) {
    const link = { title, target: `${PATH}#${name.replace(/\.ts$/, '')}` };
    for (const used of names) if (!links.has(used)) links.set(used, link);
  }
  return links;
}
