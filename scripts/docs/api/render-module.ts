import { format } from 'prettier';
import type { ApiExport, ApiModule } from './read-exports.js';

const GROUPS: { title: string; holds: (one: ApiExport) => boolean }[] = [
  { title: 'Functions', holds: ({ kind }) => kind === 'function' },
  { title: 'Errors', holds: ({ kind }) => kind === 'class' },
  { title: 'Constants', holds: ({ kind }) => kind === 'constant' },
  { title: 'Types', holds: ({ kind }) => kind === 'interface' || kind === 'type' },
];

/** The Prettier options for code, which fit it to the width of the page's column. */
export const LAYOUT = { printWidth: 84, singleQuote: true };

/** Returns a line of Markdown that links to an example of a name. */
type ExampleOf = (name: string) => string | undefined;

/** Renders the page of one entry of the package as Markdown. */
export async function renderModule(
  specifier: string,
  { documentation, exports }: ApiModule,
  exampleOf: ExampleOf,
): Promise<string> {
  const lines = [`# ${specifier}`, documentation];
  for (const { title, holds } of GROUPS) {
    const members = exports.filter(holds);
    if (members.length > 0) lines.push(`## ${title}`);
    for (const member of members) lines.push(...(await renderExport(member, exampleOf)));
  }
  return `${lines.join('\n\n')}\n`;
}

async function renderExport(one: ApiExport, exampleOf: ExampleOf): Promise<string[]> {
  const { name, kind, documentation, parameters, throws, members } = one;
  const isHead = kind === 'interface' || kind === 'class';
  const declaration = one.signatures.join('\n');
  const signature = isHead ? declaration : await format(declaration, { parser: 'typescript', ...LAYOUT });
  const lines = [`### ${name}`, `\`\`\`typescript\n${signature.trim()}\n\`\`\``, documentation];
  if (parameters.length > 0) {
    lines.push(parameters.map(({ name: parameter, text }) => `- \`${parameter}\`: ${inline(text)}`).join('\n'));
  }
  if (members.length > 0) {
    const rows = members.map((member) => `| ${code(member.signature)} | ${inline(member.documentation)} |`);
    lines.push(['| Member | Meaning |', '| --- | --- |', ...rows].join('\n'));
  }
  if (throws.length > 0) lines.push(`Throws:\n\n${throws.map((text) => `- ${renderThrows(text)}`).join('\n')}`);
  lines.push(exampleOf(name) ?? '');
  return lines.filter((line) => line !== '');
}

/** Renders a `@throws` text such as `{HttpError | NetworkError} when ...`, with the names in backticks. */
function renderThrows(text: string): string {
  const [, types, rest] = /^\{([^}]*)\}\s*([\s\S]*)$/.exec(text) ?? [];
  if (types === undefined || rest === undefined) return inline(text);
  const names = types.split('|').map((type) => `\`${type.trim()}\``);
  return `${names.join(', ')}: ${inline(rest)}`;
}

function code(text: string): string {
  return `\`${inline(text.replaceAll('`', "'"))}\``;
}

/** Puts a text on one line, and escapes bars, which would end a table cell. */
function inline(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}
