import { readdir, readFile } from 'node:fs/promises';
import ts from 'typescript';

const FOLDER = new URL('examples/', import.meta.url);

/** An example program. */
export interface Example {
  /** The name of its file. */
  name: string;
  /** The task that the example shows: the file name in words. */
  title: string;
  /** The text of the comment on the first line. */
  about: string;
  /** The code after the first line. */
  code: string;
  /** The public names that the program imports. It uses all of them, because the linter refuses unused imports. */
  names: ReadonlySet<string>;
}

/** Reads the programs in `examples/`, sorted by file name. */
export async function readExamples(): Promise<Example[]> {
  const names = (await readdir(FOLDER)).sort();
  return Promise.all(names.map(async (name) => parseExample(name, await readFile(new URL(name, FOLDER), 'utf8'))));
}

/** @throws {Error} for a program that does not begin with a comment line about what it shows */
function parseExample(name: string, text: string): Example {
  const [, about, code] = /^\/\/ (.+)\n([\s\S]*)$/.exec(text) ?? [];
  if (about === undefined || code === undefined) throw new Error(`${name} does not begin with what it shows`);
  const words = name.replace(/\.ts$/, '').replaceAll('-', ' ');
  return { name, title: words.charAt(0).toUpperCase() + words.slice(1), about, code, names: importedNames(text) };
}

/** Returns the names that a program imports from the entries of the package. */
function importedNames(text: string): Set<string> {
  const { statements } = ts.createSourceFile('program.ts', text, ts.ScriptTarget.Latest);
  const names = new Set<string>();
  for (const statement of statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    if (!/^scenario-downloads(\/|$)/.test(statement.moduleSpecifier.text)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    for (const { name, propertyName } of bindings.elements) names.add((propertyName ?? name).text);
  }
  return names;
}
