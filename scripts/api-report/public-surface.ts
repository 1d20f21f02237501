import ts from 'typescript';
import { unaliased, type EntryDeclarations } from '../docs/api/declarations.js';

/** A declaration as the compiler publishes it, without its comments. */
export interface SurfaceDeclaration {
  name: string;
  text: string;
}

/** What an entry of the package promises. */
export interface Surface {
  exports: SurfaceDeclaration[];
  /** Types that have no public name, but that the exported declarations are made of. */
  reached: SurfaceDeclaration[];
}

const printer = ts.createPrinter({ removeComments: true });

/**
 * The declarations behind the names that the entries export, in the order of the alphabet, and those of the package
 * that they lead to without exporting them. What is made from the spec is named only: the spec has a comparison of its
 * own.
 */
export function publicSurface(entries: EntryDeclarations[], checker: ts.TypeChecker): Surface[] {
  const named = new Set(entries.flatMap((entry) => entry.exports.map(({ symbol }) => symbol)));
  return entries.map(({ exports }) => ({
    exports: sorted(exports.map(({ name, symbol }) => describe(name, symbol))),
    reached: sorted([...reachedFrom(exports, named, checker)].map((symbol) => describe(symbol.name, symbol))),
  }));
}

function reachedFrom(
  exports: EntryDeclarations['exports'],
  named: ReadonlySet<ts.Symbol>,
  checker: ts.TypeChecker,
): Set<ts.Symbol> {
  const reached = new Set<ts.Symbol>();
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node)) note(node);
    ts.forEachChild(node, visit);
  };
  const follow = (symbol: ts.Symbol) => {
    const own = (symbol.declarations ?? []).filter((declaration) => !isGenerated(declaration));
    own.forEach(visit);
  };
  const note = (identifier: ts.Identifier) => {
    const local = checker.getSymbolAtLocation(identifier);
    const symbol = local && unaliased(local, checker);
    if (!symbol || named.has(symbol) || reached.has(symbol) || !isOwnDeclaration(symbol)) return;
    reached.add(symbol);
    follow(symbol);
  };
  for (const { symbol } of exports) follow(symbol);
  return reached;
}

/** Whether a symbol is declared by a statement of this package: not a member, a parameter, or a name of a library. */
function isOwnDeclaration(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((declaration) => {
    const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
    const isStatement = ts.isSourceFile(statement.parent) && !ts.isImportDeclaration(statement);
    return isStatement && !statement.getSourceFile().fileName.includes('/node_modules/');
  });
}

function describe(name: string, symbol: ts.Symbol): SurfaceDeclaration {
  const texts = (symbol.declarations ?? []).map((declaration) => {
    if (isGenerated(declaration)) return `export interface ${name} {}`;
    const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
    return printer.printNode(ts.EmitHint.Unspecified, statement, declaration.getSourceFile());
  });
  return { name, text: texts.join('\n') };
}

function isGenerated(declaration: ts.Declaration): boolean {
  return declaration.getSourceFile().fileName.includes('/generated/');
}

function sorted(declarations: SurfaceDeclaration[]): SurfaceDeclaration[] {
  return declarations.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
