import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { buildSite } from '../../scripts/docs/build-site.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the documentation, built once for all tests. */
    site: string;
    /** The paths of its pages. */
    pages: string[];
  }
}

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Installs what these tests need and nobody else does, and builds the site. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (await isInstallStale()) {
    console.log('Installing the tools of test/browser: once, about a minute');
    await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: here,
      maxBuffer: 64 << 20,
      shell: process.platform === 'win32',
    });
  }
  const site = await mkdtemp(join(tmpdir(), 'scenario-downloads-site-'));
  project.provide('site', site);
  project.provide('pages', await buildSite(root, site));
  return () => rm(site, { recursive: true, force: true });
}

/** Whether the lock has changed since the packages were installed. */
async function isInstallStale(): Promise<boolean> {
  const installed = await stat(join(here, 'node_modules/.package-lock.json')).catch(() => undefined);
  return installed === undefined || installed.mtimeMs < (await stat(join(here, 'package-lock.json'))).mtimeMs;
}
