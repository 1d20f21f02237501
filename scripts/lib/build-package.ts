import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const root = join(import.meta.dirname, '../..');

/** The command below the folder that it was built into. */
export const COMMAND = 'cli/main.cjs';

/** From the second start on, versions of Node that can (22.1 and newer) load what they compiled at the first. */
const LAUNCHER = `#!/usr/bin/env node
'use strict';
require('node:module').enableCompileCache?.();
require('./command.cjs');
`;

/**
 * Builds the package: the entries and their types module by module, and the command as one file with everything in it
 * that it needs. Loading some 120 modules would take it longer than most of what it is called for, and a CommonJS file
 * is loaded sooner than an ES module.
 *
 * @param outDir what was built into it before is removed
 * @param isDraft neither checks types nor writes them
 */
export function buildPackage(outDir: string, { isDraft = false } = {}): void {
  for (const part of ['src', 'generated', 'cli']) rmSync(join(outDir, part), { recursive: true, force: true });
  compile(outDir, isDraft ? ['--noCheck', '--declaration', 'false'] : []);
  const packages = bundleCommand(outDir);
  writeFileSync(join(outDir, COMMAND), LAUNCHER);
  chmodSync(join(outDir, COMMAND), 0o755);
  writeFileSync(join(outDir, 'cli/LICENSES.txt'), packages.map(licenceOf).join('\n'));
  rmSync(join(outDir, 'src/cli'), { recursive: true });
}

function compile(outDir: string, options: string[]): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '-p', join(root, 'src/tsconfig.json'), '--outDir', outDir, ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The package cannot be built:\n${stdout}${stderr}`);
}

/** Returns the folders of the packages that are in it now, below the project's. */
function bundleCommand(outDir: string): string[] {
  const { metafile } = buildSync({
    entryPoints: [join(outDir, 'src/cli/main.js')],
    outfile: join(outDir, 'cli/command.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    // A third less to read at every start. Names and lines stay, for whoever reads the stack of an error.
    minifyWhitespace: true,
    lineLimit: 120,
    // An entry of its own, which is large and seldom called for.
    external: [join(outDir, 'src/sandbox/index.js')],
    define: { 'import.meta.url': 'ownUrl' },
    banner: { js: "const ownUrl = require('node:url').pathToFileURL(__filename).href;" },
    absWorkingDir: root,
    metafile: true,
    logLevel: 'error',
  });
  const folders = Object.keys(metafile.inputs).map((path) => /^.*node_modules\/(@[^/]+\/)?[^./][^/]*/.exec(path)?.[0]);
  return [...new Set(folders)].filter((folder) => folder !== undefined).sort();
}

function licenceOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} cannot be made part of the command: it has no licence.`);
  return `${name} ${version}\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`;
}
