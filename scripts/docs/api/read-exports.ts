import ts from 'typescript';
import { readDeclarations, type EntryDeclarations } from './declarations.js';

/** One exported name, as it appears in the emitted declarations. */
export interface ApiExport {
  name: string;
  kind: 'function' | 'class' | 'interface' | 'type' | 'constant';
  /** Declarations without bodies: one for each overload of a function, otherwise a single one. */
  signatures: string[];
  documentation: string;
  parameters: { name: string; text: string }[];
  throws: string[];
  members: ApiMember[];
}

export interface ApiMember {
  signature: string;
  documentation: string;
}

export interface ApiModule {
  documentation: string;
  exports: ApiExport[];
}

/**
 * Reads what the entry files of the package export, from their emitted declarations.
 *
 * @param root the folder that contains src/
 * @param entries entry files under it, such as `src/index.ts`
 */
export function readExports(root: string, entries: string[]): ApiModule[] {
  const { checker, entries: declarations } = readDeclarations(root, entries);
  return declarations.map((entry) => describeExports(entry, checker));
}

/** Describes the exports of an entry whose declarations have been read. */
export function describeExports({ file, exports }: EntryDeclarations, checker: ts.TypeChecker): ApiModule {
  return {
    documentation: moduleDocumentation(file.text),
    exports: exports.map(({ name, symbol }) => readExport(name, symbol, checker)),
  };
}

function readExport(name: string, symbol: ts.Symbol, checker: ts.TypeChecker): ApiExport {
  const [declaration] = symbol.declarations ?? [];
  if (!declaration) throw new Error(`${name} is declared nowhere`);
  const kind = kindOf(declaration);
  const tags = symbol.getJsDocTags(checker).map((tag) => ({ name: tag.name, text: linked(tag.text) }));
  return {
    name,
    kind,
    signatures: signaturesOf(kind, symbol.declarations ?? []),
    documentation: linked(symbol.getDocumentationComment(checker)),
    parameters: tags
      .filter((tag) => tag.name === 'param')
      .map(({ text }) => ({ name: text.split(' ')[0] ?? '', text: text.slice(text.indexOf(' ') + 1) })),
    throws: [...new Set(tags.filter((tag) => tag.name === 'throws').map(({ text }) => text))],
    members: membersOf(declaration, checker),
  };
}

function kindOf(declaration: ts.Declaration): ApiExport['kind'] {
  if (ts.isFunctionDeclaration(declaration)) return 'function';
  if (ts.isClassDeclaration(declaration)) return 'class';
  if (ts.isInterfaceDeclaration(declaration)) return 'interface';
  if (ts.isTypeAliasDeclaration(declaration)) return 'type';
  if (ts.isVariableDeclaration(declaration)) return 'constant';
  throw new Error(`No page for a ${ts.SyntaxKind[declaration.kind]}`);
}

function signaturesOf(kind: ApiExport['kind'], declarations: ts.Declaration[]): string[] {
  if (kind === 'interface' || kind === 'class') return declarations.slice(0, 1).map(headOf);
  return declarations.map((declaration) => {
    const statement = kind === 'constant' ? declaration.parent.parent : declaration;
    return namedParameters(withoutModifiers(statement.getText()));
  });
}

/** Returns a declaration up to its braces: `class HttpError extends ScenarioDownloadError`. */
function headOf(declaration: ts.Declaration): string {
  const text = withoutModifiers(declaration.getText());
  return text.slice(0, text.indexOf('{')).trim();
}

function withoutModifiers(text: string): string {
  return text.replace(/^export /, '').replace(/^declare /, '');
}

/**
 * Replaces destructured parameters, which are implementation details: `{ options, query }: Batch` is `batch: Batch`.
 */
function namedParameters(text: string): string {
  return text.replace(/\{[^{}:]*\}(\??): (\w+)/g, (_, optional: string, type: string) => {
    const name = type.endsWith('Options') ? 'options' : type.charAt(0).toLowerCase() + type.slice(1);
    return `${name}${optional}: ${type}`;
  });
}

function membersOf(declaration: ts.Declaration, checker: ts.TypeChecker): ApiMember[] {
  if (!ts.isInterfaceDeclaration(declaration) && !ts.isClassDeclaration(declaration)) return [];
  // Types generated from the spec have thousands of lines, and the reference documents them better.
  if (declaration.getSourceFile().fileName.includes('/generated/')) return [];
  const members: ApiMember[] = [];
  for (const member of declaration.members) {
    const symbol = member.name && checker.getSymbolAtLocation(member.name);
    if (!symbol) continue;
    if (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) continue;
    const signature = member.getText().replace(/;$/, '');
    const isOptional = 'questionToken' in member && member.questionToken !== undefined;
    members.push({
      signature: isOptional ? signature.replace(/ \| undefined$/, '') : signature,
      documentation: linked(symbol.getDocumentationComment(checker)),
    });
  }
  return members;
}

function moduleDocumentation(text: string): string {
  const [, comment = ''] = /^\s*\/\*\*([\s\S]*?)\*\/\s*(?=export|import)/.exec(text) ?? [];
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .filter((line) => !line.startsWith('@'))
    .join('\n')
    .trim();
}

/** Converts `{@link X}` to a name in backticks, which the Markdown renderer turns into a link. */
function linked(parts: ts.SymbolDisplayPart[] | undefined): string {
  return ts.displayPartsToString(parts).replace(/\{@link ([^}|\s]+)[^}]*\}/g, '`$1`');
}
