import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => `src/${path.replaceAll('\\', '/')}`);

interface Import {
  /** A path from the root of the repository for its own files, the name for a package. */
  path: string;
  typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const specifier = statement.moduleSpecifier;
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return [];
    return [{ path: resolve(file, specifier.text), typeOnly: isTypeOnly(statement) }];
  });
}

function resolve(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts');
}

/** Types cost nothing at run time, and those of outcomes and events name what lies above them. */
function isTypeOnly(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  const clause = statement.importClause;
  if (clause === undefined) return false;
  const named = clause.namedBindings;
  const names = named && ts.isNamedImports(named) ? named.elements : undefined;
  return clause.phaseModifier === ts.SyntaxKind.TypeKeyword || (names?.every((name) => name.isTypeOnly) ?? false);
}

/** The floors of the house. Imports go to the same floor or to one further up in this list. */
const FLOORS: [name: string, pattern: RegExp][] = [
  ['generated', /^generated\//],
  ['types and errors', /^src\/(types|errors|limits|redact|require)\.ts$/],
  [
    'pure parts',
    /^src\/(retry|delay|clock|polling|batches|too-large|when-aborted|own-signal|one-line|timeout|progress|pool|circuit-breaker|put-off)\.ts$/,
  ],
  ['client', /^src\/(client|retrying-fetch|read-answer|unwrap)\.ts$/],
  ['operations', /^src\/(jobs|get-status|asset-url)\.ts$/],
  ['download-all', /^src\/(download-all|download-batches|download-assets)\.ts$/],
  ['root entry', /^src\/index\.ts$/],
  ['node', /^src\/node\//],
  ['cli', /^src\/cli\//],
];
const SANDBOX = /^src\/sandbox\//;

const floorOf = (file: string) => FLOORS.findIndex(([, pattern]) => pattern.test(file));
const isOwn = (path: string) => path.startsWith('src/') || path.startsWith('generated/');

test('every source file has its floor', () => {
  expect(files.filter((file) => floorOf(file) === -1 && !SANDBOX.test(file))).toEqual([]);
  expect(files.length).toBeGreaterThan(30);
});

/** What is wrong with each file, as lines that name it. */
function violations(check: (file: string) => readonly string[]): string[] {
  return files.flatMap((file) => check(file).map((what) => `${file}: ${what}`));
}

const IMPORTS = new Map(files.map((file) => [file, importsOf(file)]));
const importsIn = (file: string) => IMPORTS.get(file) ?? [];
const pathsIn = (file: string) => importsIn(file).map(({ path }) => path);

test('imports point one way', () => {
  const upward = (file: string) =>
    importsIn(file)
      .filter(({ path, typeOnly }) => isOwn(path) && !typeOnly && !SANDBOX.test(path) && floorOf(path) > floorOf(file))
      .map(({ path }) => path);
  expect(violations((file) => (SANDBOX.test(file) ? [] : upward(file)))).toEqual([]);
});

test('the sandbox shares nothing with the client', () => {
  const crossing = (file: string) => {
    const own = pathsIn(file).filter(isOwn);
    return SANDBOX.test(file)
      ? own.filter((path) => !/^(src\/sandbox|generated)\//.test(path))
      : own.filter((path) => SANDBOX.test(path));
  };
  // Only the command brings them together.
  expect(violations((file) => (file.startsWith('src/cli/') ? [] : crossing(file)))).toEqual([]);
});

test('what runs everywhere imports nothing of Node', () => {
  const foreign = (file: string) => pathsIn(file).filter((path) => !isOwn(path) && path !== 'openapi-fetch');
  expect(violations((file) => (/^src\/(node|cli|sandbox)\//.test(file) ? [] : foreign(file)))).toEqual([]);
});

test('a file has at most 200 lines', () => {
  const tooLong = (file: string) => {
    const lines = readFileSync(join(root, file), 'utf8').split('\n').length - 1;
    return lines > (/errors\.ts$/.test(file) ? 250 : 200) ? [`${lines} lines`] : [];
  };
  expect(violations(tooLong)).toEqual([]);
});

test('nothing is exported by star or by default', () => {
  expect(violations((file) => readFileSync(join(root, file), 'utf8').match(/export \*|export default/g) ?? [])).toEqual(
    [],
  );
});
