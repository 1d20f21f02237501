import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { releaseChangelog } from '../../scripts/release/release-changelog.js';
import { releaseVersion } from '../../scripts/release/release-version.js';
import { whyWithout } from '../helpers/without-command.js';
import { runNode, type Run } from '../scripts/helpers/project-copy.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const CHANGELOG =
  '# Changelog\n\nWords.\n\n## Unreleased\n\n### Added\n\n- A thing.\n\n## 0.1.0 - 2026-01-01\n\n- The first.\n';
// The settings of whoever runs the tests, such as hooks and signing, stay out of it.
const GIT_ENV = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
};

const noGit = await whyWithout('git');

describe.skipIf(noGit !== '')(`npm run release${noGit}`, () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scenario-downloads-release-'));
    const manifest = { name: 'thing', version: '0.1.0' };
    await write('package.json', manifest);
    await write('package-lock.json', {
      ...manifest,
      lockfileVersion: 3,
      packages: { '': manifest, other: { version: '9.9.9' } },
    });
    await writeFile(join(folder, 'CHANGELOG.md'), CHANGELOG);
    git('init', '--quiet', '--initial-branch', 'main');
    git('add', '.');
    git('commit', '--quiet', '--message', 'first');
    git('tag', 'v0.1.0');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = (path: string, value: object) =>
    writeFile(join(folder, path), `${JSON.stringify(value, undefined, 2)}\n`);
  const read = (path: string) => readFile(join(folder, path), 'utf8');

  function git(...args: string[]): string {
    return execFileSync('git', args, { cwd: folder, env: { ...process.env, ...GIT_ENV }, encoding: 'utf8' }).trim();
  }

  function release(args: string[], env: Record<string, string> = {}): Promise<Run> {
    const script = join(root, 'scripts/release.ts');
    const tsx = import.meta.resolve('tsx');
    return runNode(folder, ['--import', tsx, script, ...args], { ...GIT_ENV, ...env });
  }

  test('a dry run says what would happen and changes nothing', async () => {
    const run = await release(['minor', '--dry-run']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(/^0\.1\.0 -> 0\.2\.0, \d{4}-\d\d-\d\d, commit "Release 0\.2\.0", tag v0\.2\.0\n/);
    expect(run.stdout).toContain('- A thing.');
    expect(run.stdout).toContain('Nothing was changed.');
    expect(git('status', '--porcelain')).toBe('');
    expect(git('tag')).toBe('v0.1.0');
  });

  test('a release moves the changelog, sets the versions, commits and tags', async () => {
    expect(await release(['minor'])).toMatchObject({ code: 0, stderr: '' });
    expect(await read('CHANGELOG.md')).toMatch(
      /Words\.\n\n## Unreleased\n\n## 0\.2\.0 - \d{4}-\d\d-\d\d\n\n### Added\n\n- A thing\.\n\n## 0\.1\.0 - 2026-01-01\n\n- The first\.\n$/,
    );
    expect(JSON.parse(await read('package.json'))).toMatchObject({ version: '0.2.0' });
    expect(JSON.parse(await read('package-lock.json'))).toMatchObject({
      version: '0.2.0',
      packages: { '': { version: '0.2.0' }, other: { version: '9.9.9' } },
    });
    expect(git('log', '-1', '--format=%s')).toBe('Release 0.2.0');
    expect(git('cat-file', '-t', 'v0.2.0')).toBe('tag');
    expect(git('rev-parse', 'v0.2.0^{commit}')).toBe(git('rev-parse', 'HEAD'));
    expect(git('status', '--porcelain')).toBe('');

    // The next one has nothing to say yet.
    expect(await release(['patch'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"Unreleased"') as string,
    });
    expect(await release(['patch', '--dry-run'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('It would be refused') as string,
    });
  });

  test('a tree with changes is refused', async () => {
    await writeFile(join(folder, 'new.txt'), '');
    const run = await release(['patch']);
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('?? new.txt') as string });
    expect(git('log', '--format=%s')).toBe('first');
  });

  test('when git refuses, nothing is changed', async () => {
    // A commit needs a name, and an empty one is none.
    const run = await release(['minor'], { GIT_COMMITTER_NAME: '', GIT_AUTHOR_NAME: '' });
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('git commit failed') as string });
    expect(git('status', '--porcelain')).toBe('');
    expect(await read('CHANGELOG.md')).toBe(CHANGELOG);
  });

  test('without a version it says how it is called', async () => {
    expect(await release([])).toMatchObject({ code: 1, stderr: expect.stringContaining('Usage: ') as string });
  });
});

test('the version is the next one, or the one that is named', () => {
  expect(releaseVersion('major', '1.2.3', '1.2.3')).toBe('2.0.0');
  expect(releaseVersion('patch', '1.2.3', '1.2.3')).toBe('1.2.4');
  expect(releaseVersion('0.1.0', '0.1.0', undefined)).toBe('0.1.0');
  expect(releaseVersion('0.10.0', '0.9.0', '0.9.0')).toBe('0.10.0');
  expect(() => releaseVersion('0.1.0', '0.1.0', '0.1.0')).toThrow('0.1.0 is not newer than 0.1.0, which is released');
  expect(() => releaseVersion('0.9.0', '0.10.0', undefined)).toThrow('older than 0.10.0');
  expect(() => releaseVersion('huge', '1.0.0', undefined)).toThrow('huge is none of major, minor, patch');
  expect(() => releaseVersion('1.0', '0.1.0', undefined)).toThrow('no MAJOR.MINOR.PATCH');
});

test('a changelog that cannot be released is an error', () => {
  expect(() => releaseChangelog('# Changelog\n', '1.0.0', '2026-01-01')).toThrow('no heading "## Unreleased"');
  expect(() => releaseChangelog(CHANGELOG, '0.1.0', '2026-01-02')).toThrow('has 0.1.0 already');
});
