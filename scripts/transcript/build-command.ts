import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { buildPackage, COMMAND } from '../lib/build-package.js';

const root = join(import.meta.dirname, '../..');
const cache = join(root, 'node_modules/.cache/scenario-downloads-command');

/**
 * Builds the command, laid out as an installed package, and returns its path. The build is kept for each state of the
 * sources and shared by all test files. It has a folder of its own, so that `dist` is not touched.
 */
export function buildCommand(): string {
  const target = join(cache, hashOfSources());
  const main = join(target, 'dist', COMMAND);
  if (existsSync(main)) return main;
  mkdirSync(cache, { recursive: true });
  const building = mkdtempSync(join(cache, 'building-'));
  try {
    // `npm run check` checks the types.
    buildPackage(join(building, 'dist'), { isDraft: true });
    for (const file of ['package.json', 'generated/openapi.json']) {
      mkdirSync(dirname(join(building, file)), { recursive: true });
      copyFileSync(join(root, file), join(building, file));
    }
    removeOthers(building);
    moveTo(building, target);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  if (!existsSync(main)) throw new Error(`The build has no ${main}.`);
  return main;
}

function moveTo(building: string, target: string): void {
  try {
    renameSync(building, target);
  } catch (error) {
    // Another process has finished the same build first.
    if (!existsSync(target)) throw error;
  }
}

/** Removes builds of earlier sources. Builds of the last hour are kept, because they may be in use. */
function removeOthers(own: string): void {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (path !== own && Date.now() - statSync(path).mtimeMs > 3_600_000) rmSync(path, { recursive: true, force: true });
  }
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join('src', path));
  for (const file of [
    ...sources.sort(),
    'generated/schema.ts',
    'generated/openapi.json',
    'package.json',
    'scripts/lib/build-package.ts',
  ]) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex').slice(0, 16);
}
