import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyWithout } from '../helpers/without-command.js';
import { copyProject, type ProjectCopy } from './helpers/project-copy.js';

const NO_RELEASE =
  'There is no release yet to compare with. Name something else, such as the last commit: npm run spec:diff -- HEAD\n';
const noGit = await whyWithout('git');

describe.skipIf(noGit !== '')(`npm run spec:diff${noGit}`, () => {
  let copy: ProjectCopy;
  function git(...args: string[]): void {
    // The user's own settings, such as hooks and signing, stay out of it.
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
      cwd: copy.directory,
      env,
    });
  }
  const VALUES = 'gif, heif, jpeg';

  beforeAll(async () => {
    copy = await copyProject();
    git('init', '--quiet');
    git('add', 'generated', 'openapi');
    git('commit', '--quiet', '--message', 'first');
  });
  afterAll(() => copy[Symbol.asyncDispose]());

  test('without a release there is nothing to compare with', async () => {
    const run = await copy.run('scripts/spec-diff.ts');
    expect(run).toMatchObject({ code: 0, stdout: NO_RELEASE });
    git('tag', 'v0.9.0');
    git('tag', 'v0.10.0');
  });

  test('a ref that is not there is an error of its own', async () => {
    const run = await copy.run('scripts/spec-diff.ts', 'nowhere');
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('git knows no nowhere') as string });
  });

  test('an addition is named, and passes', async () => {
    await copy.edit('openapi/openapi.yaml', VALUES, `bmp, ${VALUES}`);
    const run = await copy.run('scripts/spec-diff.ts', 'HEAD');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain('compatible  downloadRequest body.targetFormat: the value bmp is new');
    expect(run.stdout).toContain('The changes ask for info.version 1.1.0; it is 1.0.0.');
    await copy.edit('openapi/openapi.yaml', `bmp, ${VALUES}`, VALUES);
  });

  test('a breaking change passes only with a new major version and a line in the changelog', async () => {
    await copy.edit('openapi/openapi.yaml', VALUES, 'gif, jpeg');
    const neither = await copy.run('scripts/spec-diff.ts');
    expect(neither.code).toBe(1);
    expect(neither.stdout).toContain('Against v0.10.0 (1.0.0):');
    expect(neither.stdout).toContain('breaking    downloadRequest body.targetFormat: the value heif is gone');
    expect(neither.stderr).toContain('set info.version in openapi/openapi.yaml to 2.0.0');
    expect(neither.stderr).toContain('needs a line in CHANGELOG.md: "OpenAPI document 2.0.0: ...".');

    await copy.edit('openapi/openapi.yaml', 'version: 1.0.0', 'version: 2.0.0');
    await writeFile(join(copy.directory, 'CHANGELOG.md'), '## 0.11.0\n\n- OpenAPI document 2.0.0: no heif any more.\n');
    expect(await copy.run('scripts/spec-diff.ts')).toMatchObject({ code: 0, stderr: '' });
  });
});
