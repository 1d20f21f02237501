/**
 * Prepares a release: moves the entries under "Unreleased" in CHANGELOG.md to the new version, sets the version in
 * package.json and package-lock.json, commits and tags. It does not publish, but prints the commands for it.
 *
 *     npm run release -- <major|minor|patch|x.y.z> [--dry-run]
 *
 * Fails when the working tree is not clean, or nothing is under "Unreleased". A dry run changes nothing, and prints
 * what the release would do and what prevents it. It only fails for an invalid version or an unusable CHANGELOG.md or
 * manifest.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { git } from './release/git.js';
import { releaseChangelog } from './release/release-changelog.js';
import { releaseManifest } from './release/release-manifest.js';
import { releaseVersion } from './release/release-version.js';
import { lastRelease } from './spec-diff/git.js';

const MANIFESTS = ['package.json', 'package-lock.json'];

async function main(): Promise<void> {
  const { values: flags, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean', default: false } },
  });
  const [request, ...more] = positionals;
  if (request === undefined || more.length > 0) {
    throw new Error('Usage: npm run release -- <major|minor|patch|x.y.z> [--dry-run]');
  }
  const old = await readAll(['CHANGELOG.md', ...MANIFESTS]);
  const current = (JSON.parse(old.get('package.json') ?? '') as { version: string }).version;
  const version = releaseVersion(request, current, (await lastRelease())?.replace(/^v/, ''));
  const date = new Date().toISOString().slice(0, 10);
  const changelog = releaseChangelog(old.get('CHANGELOG.md') ?? '', version, date);
  const released = new Map([['CHANGELOG.md', changelog.text]]);
  for (const path of MANIFESTS) released.set(path, releaseManifest(old.get(path) ?? '', version));

  const changed = await git('status', '--porcelain');
  const obstacles = [
    ...(changed === '' ? [] : [`The working tree is not clean:\n${changed}`]),
    ...(changelog.notes === '' ? ['Nothing is under "Unreleased" in CHANGELOG.md.'] : []),
  ];
  if (flags['dry-run']) {
    console.log(
      `${current} -> ${version}, ${date}, commit "Release ${version}", tag v${version}\n\n${changelog.notes}\n`,
    );
    console.log(obstacles.length === 0 ? 'Nothing was changed.' : `It would be refused:\n${obstacles.join('\n')}`);
    return;
  }
  if (obstacles.length > 0) throw new Error(obstacles.join('\n'));
  await commit(version, old, released);
  console.log(`Release ${version} is committed and tagged. Publish it with:`);
  console.log(`  git push origin HEAD v${version} && npm publish`);
}

/** Writes, commits and tags the release. If a step fails, everything is restored. */
async function commit(version: string, old: Map<string, string>, released: Map<string, string>): Promise<void> {
  const head = await git('rev-parse', 'HEAD');
  try {
    await writeAll(released);
    await git('commit', '--quiet', '--message', `Release ${version}`, '--', ...released.keys());
    await git('tag', '--annotate', `v${version}`, '--message', `Release ${version}`);
  } catch (error) {
    await git('reset', '--quiet', '--soft', head);
    await git('reset', '--quiet', '--', ...old.keys());
    await writeAll(old);
    throw error;
  }
}

async function readAll(paths: string[]): Promise<Map<string, string>> {
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path, 'utf8')] as const)));
}

async function writeAll(files: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of files) await writeFile(path, text);
}

await main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
