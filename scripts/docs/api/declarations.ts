import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

/** The declaration file of an entry, and the names that it exports. */
export interface EntryDeclarations {
  file: ts.SourceFile;
  exports: { name: string; symbol: ts.Symbol }[];
}

/**
 * Emits and reads the declaration files of the package's entries, which are what a user's editor sees.
 *
 * @param root the folder that contains src/
 * @param entries entry files under it, such as `src/index.ts`
 */
export function readDeclarations(
  root: string,
  entries: string[],
): { checker: ts.TypeChecker; entries: EntryDeclarations[] } {
  const declarations = emitDeclarations(root);
  const host = ts.createCompilerHost({});
  const files = entries.map((entry) => resolve(root, entry.replace(/\.ts$/, '.d.ts')));
  const readFile = (path: string) => declarations.get(path) ?? ts.sys.readFile(path);
  const program = ts.createProgram(
    files,
    { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, skipLibCheck: true },
    {
      ...host,
      readFile,
      fileExists: (path) => declarations.has(path) || (!isSource(root, path) && ts.sys.fileExists(path)),
      getSourceFile: (path, options) => {
        const text = readFile(path);
        return text === undefined ? undefined : ts.createSourceFile(path, text, options, true);
      },
    },
  );
  const checker = program.getTypeChecker();
  return {
    checker,
    entries: files.map((path) => {
      const file = program.getSourceFile(path);
      const symbol = file && checker.getSymbolAtLocation(file);
      if (!symbol) throw new Error(`${path} exports nothing`);
      const exported = checker.getExportsOfModule(symbol);
      return { file, exports: exported.map((one) => ({ name: one.name, symbol: unaliased(one, checker) })) };
    }),
  };
}

/** Resolves an import or re-export to the original symbol. */
export function unaliased(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Whether a path is a source file. Sources are hidden from the compiler, so that imports resolve to declarations. */
function isSource(root: string, path: string): boolean {
  return path.startsWith(`${root}/`) && !path.includes('/node_modules/') && /(?<!\.d)\.ts$/.test(path);
}

function emitDeclarations(root: string): Map<string, string> {
  const config = join(root, 'src/tsconfig.json');
  const { config: json } = ts.readConfigFile(config, (path) => ts.sys.readFile(path)) as { config: unknown };
  const { fileNames, options } = ts.parseJsonConfigFileContent(json, ts.sys, dirname(config));
  const declarations = new Map<string, string>();
  ts.createProgram(fileNames, { ...options, outDir: root, rootDir: root, noEmitOnError: false }).emit(
    undefined,
    (path, text) => declarations.set(resolve(path), text),
    undefined,
    true,
  );
  return declarations;
}
