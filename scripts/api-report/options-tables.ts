import { format } from 'prettier';
import type { ApiExport, ApiModule } from '../docs/api/read-exports.js';

/** The functions with options, each with the types that declare its options, the most general first. */
const TABLES: { of: string; types: string[] }[] = [
  { of: 'createScenarioClient', types: ['ClientOptions', 'RetryOptions'] },
  { of: 'downloadAll', types: ['PlanOptions', 'DownloadBatchesOptions', 'DownloadAllOptions'] },
  { of: 'saveAll', types: ['SaveOptions'] },
];

/**
 * Renders tables of the options of some functions as Markdown. Names and types come from the declarations, meanings
 * from the docstrings.
 */
export async function optionsTables(modules: ApiModule[]): Promise<string> {
  const exports = new Map(modules.flatMap((module) => module.exports.map((one) => [one.name, one])));
  const tables = TABLES.map(({ of, types }) => {
    const rows = types.flatMap((type) => rowsOf(find(exports, type), type === 'RetryOptions' ? 'retry.' : ''));
    return [`\`${of}\``, '', '| option | type | meaning |', '| --- | --- | --- |', ...rows].join('\n');
  });
  return (await format(tables.join('\n\n'), { parser: 'markdown', printWidth: 120 })).trim();
}

function find(exports: ReadonlyMap<string, ApiExport>, name: string): ApiExport {
  const found = exports.get(name);
  if (!found) throw new Error(`The options tables of the README are made of ${name}, which is not exported any more.`);
  return found;
}

function rowsOf({ name: owner, members }: ApiExport, prefix: string): string[] {
  return members.map(({ signature, documentation }) => {
    const [, name, optional, type] = /^(\w+)(\??): ([\s\S]*)$/.exec(signature) ?? [];
    if (name === undefined || type === undefined)
      throw new Error(`${owner} has a member that is no option: ${signature}`);
    if (documentation === '') throw new Error(`${owner}.${name} has no docstring.`);
    const required = optional === '' ? '**Required.** ' : '';
    return `| \`${prefix}${name}\` | \`${cell(readable(type))}\` | ${required}${cell(documentation)} |`;
  });
}

/** Removes a trailing `| undefined` from a type, and the parentheses that the union needed around the rest. */
function readable(type: string): string {
  return type.replace(/ \| undefined$/, '').replace(/^\((.*)\)$/s, '$1');
}

/** Puts a text on one line, and escapes bars, which would end the cell. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}
