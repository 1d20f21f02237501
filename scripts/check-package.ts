/**
 * Builds and packs the package, and checks the tarball that would be published.
 *
 *     npm run package:check
 *
 * publint and are-the-types-wrong check the package's structure. The constants below say which files it may contain and
 * how large the portable entry may be when it is bundled for a web page.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * The largest size of the portable entry with its dependencies, minified and gzipped. Justify a higher one in its
 * commit.
 */
const MAX_ROOT_BYTES = 9_300;

const ALLOWED = [
  /^(package\.json|(README|CHANGELOG|CONTRIBUTING|SECURITY)\.md|LICENSE)$/,
  /^dist\/(src|generated)\/.*\.(js|d\.ts)$/,
  /^dist\/cli\/([\w-]+\.cjs|LICENSES\.txt)$/,
  /^generated\/openapi\.json$/,
  /^openapi\/openapi\.yaml$/,
  // The README links to these files.
  /^scripts\/docs\/(examples\/[\w-]+\.ts|guide\/[\w-]+\.md|reference\.png)$/,
];

const problems: string[] = [];
const work = await mkdtemp(join(tmpdir(), 'scenario-downloads-package-'));
try {
  run('npm', ['run', 'build', '--silent']);
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', work])) as [
    { filename: string; size: number; files: { path: string }[] },
  ];
  const paths = packed.files.map(({ path }) => path);
  const strangers = paths.filter((path) => !ALLOWED.some((allowed) => allowed.test(path)));
  if (strangers.length > 0) problems.push(`The tarball has files that nobody needs: ${strangers.join(', ')}`);
  console.log(`tarball: ${packed.files.length} files, ${(packed.size / 1000).toFixed(1)} kB packed`);

  for (const [, link = ''] of readFileSync('README.md', 'utf8').matchAll(/\]\((?!https?:|#)([^)]+)\)/g)) {
    const isThere = paths.some((path) => path === link || path.startsWith(`${link}/`));
    if (!isThere) problems.push(`README.md leads to ${link}, which is not in the tarball`);
  }

  const tarball = join(work, packed.filename);
  check('publint', ['--strict', tarball]);
  // A YAML file has no types.
  check('attw', ['--profile', 'esm-only', '--no-color', tarball, '--exclude-entrypoints', 'openapi.yaml']);

  checkTypes(tarball);

  await checkBundle('dist/src/node/index.js');

  const bytes = await gzippedSize('dist/src/index.js');
  console.log(`root entry: ${bytes} bytes minified and gzipped, at most ${MAX_ROOT_BYTES}`);
  if (bytes > MAX_ROOT_BYTES) problems.push(`The root entry is ${bytes - MAX_ROOT_BYTES} bytes too large`);
} finally {
  await rm(work, { recursive: true, force: true });
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log('The package is in order.');

function run(command: string, args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Runs a command of a development dependency, and notes a problem if it fails. */
function check(name: string, args: string[]): void {
  try {
    run('npx', ['--no-install', name, ...args]);
    console.log(`${name}: nothing wrong`);
  } catch (error) {
    problems.push(`${name}:\n${(error as { stdout?: string }).stdout ?? String(error)}`);
  }
}

/**
 * Checks that the types of all entries compile without the types of Node, which TypeScript 7 does not load by default.
 */
function checkTypes(tarball: string): void {
  const modules = join(work, 'node_modules');
  mkdirSync(join(modules, 'scenario-downloads'), { recursive: true });
  run('tar', ['-xzf', tarball, '-C', join(modules, 'scenario-downloads'), '--strip-components=1']);
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers'])
    cpSync(join('node_modules', name), join(modules, name), { recursive: true });
  const entries = ['', '/node', '/sandbox'].map((entry) => `export * from 'scenario-downloads${entry}';\n`);
  writeFileSync(join(work, 'program.ts'), entries.join(''));
  const lib = ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable', 'esnext.disposable'];
  const compilerOptions = { noEmit: true, strict: true, target: 'es2023', module: 'nodenext', types: [], lib };
  writeFileSync(join(work, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  check('tsc', ['-p', work]);
}

/**
 * Checks that an entry for Node works in an ES module bundle, where there is no `require` and no file of the package.
 */
async function checkBundle(entry: string): Promise<void> {
  const outfile = join(work, 'bundle.mjs');
  await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node' });
  try {
    await import(pathToFileURL(outfile).href);
    console.log(`${entry}: can be bundled`);
  } catch (error) {
    problems.push(`${entry} cannot be used as part of a bundle: ${String(error)}`);
  }
}

async function gzippedSize(entry: string): Promise<number> {
  const outfile = join(work, 'root.js');
  await build({ entryPoints: [entry], outfile, bundle: true, minify: true, format: 'esm', platform: 'browser' });
  return gzipSync(await readFile(outfile), { level: 9 }).length;
}
