import ts from 'typescript';
import { unaliased, type EntryDeclarations } from '../docs/api/declarations.js';

/** A declaration as the compiler publishes it, without its comments. */
export interface SurfaceDeclaration {
  name: string;
  text: string;
}

/** The public API of one entry of the package. */
export interface Surface {
  exports: SurfaceDeclaration[];
  /** Types that are not exported, but that exported declarations refer to. */
  reached: SurfaceDeclaration[];
}

const printer = ts.createPrinter({ removeComments: true });

/**
 * Returns the declarations that each entry exports, in alphabetical order, and those in the package that they refer to
 * without exporting them. Of declarations generated from the spec, only the names are listed, because `npm run
 * spec:diff` compares the spec.
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

/** Whether a symbol is declared at the top level of a file in this package, and is not a member or a parameter. */
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
