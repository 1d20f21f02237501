import { format } from 'prettier';
import type { Surface } from './public-surface.js';

const HEAD = `# The public surface

What the entries of the package export, as the compiler publishes it. Made by \`npm run api\`; a change here is a change
for users, so it is reviewed, and named in CHANGELOG.md.
`;

/**
 * Renders the report as Markdown.
 *
 * @param surfaces the public API of each entry, by its import specifier
 */
export async function renderReport(surfaces: ReadonlyMap<string, Surface>): Promise<string> {
  const parts = [HEAD];
  for (const [specifier, { exports, reached }] of surfaces) {
    parts.push(`## ${specifier}\n`, await block(exports.map(({ text }) => text)));
    if (reached.length === 0) continue;
    parts.push('Without a public name, but part of the above:\n', await block(reached.map(({ text }) => text)));
  }
  return format(parts.join('\n'), { parser: 'markdown', singleQuote: true, printWidth: 120 });
}

async function block(declarations: string[]): Promise<string> {
  const code = await format(declarations.join('\n\n'), { parser: 'typescript', singleQuote: true, printWidth: 100 });
  return `\`\`\`typescript\n${code}\`\`\`\n`;
}
