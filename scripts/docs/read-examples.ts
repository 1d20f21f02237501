import { readdir, readFile } from 'node:fs/promises';
import ts from 'typescript';

const FOLDER = new URL('examples/', import.meta.url);

/** A program that shows how something is done. */
export interface Example {
  /** The name of its file. */
  name: string;
  /** What a person does: the name of the file in words. */
  title: string;
  /** The comment in its first line. */
  about: string;
  /** What follows. */
  code: string;
  /** The public names that it imports; none in vain, since the linter refuses that. */
  names: ReadonlySet<string>;
}

/** The programs in `examples/`, by their names. */
export async function readExamples(): Promise<Example[]> {
  const names = (await readdir(FOLDER)).sort();
  return Promise.all(names.map(async (name) => parseExample(name, await readFile(new URL(name, FOLDER), 'utf8'))));
}

/** @throws {Error} for a program that does not begin with a line that says what it shows */
function parseExample(name: string, text: string): Example {
  const [, about, code] = /^\/\/ (.+)\n([\s\S]*)$/.exec(text) ?? [];
  if (about === undefined || code === undefined) throw new Error(`${name} does not begin with what it shows`);
  const words = name.replace(/\.ts$/, '').replaceAll('-', ' ');
  return { name, title: words.charAt(0).toUpperCase() + words.slice(1), about, code, names: importedNames(text) };
}

/** The names that a program imports from the entries of the package. */
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
