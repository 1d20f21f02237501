import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveFolder } from '../../scripts/docs/serve-folder.js';
import { redocly } from '../../scripts/lib/redocly.js';
import { launchChromium } from '../../scripts/lib/launch-chromium.js';
import { openPage } from './helpers/browser.js';
import { openapiJson, toolFolder } from './helpers/tools.js';

const guide = await readFile(new URL('../../scripts/docs/guide/70-reuse-the-spec.md', import.meta.url), 'utf8');
/** The page that the guide shows for a portal. */
function pageOfGuide(portal: string): string {
  const [, html] = new RegExp(`With ${portal}:\\n\\n\`\`\`html\\n([\\s\\S]*?)\`\`\``).exec(guide) ?? [];
  if (html === undefined) throw new Error(`The guide has no page for ${portal}`);
  return html;
}

let browser: Browser;
let folder: string;
beforeAll(async () => {
  browser = await launchChromium();
  folder = await mkdtemp(join(tmpdir(), 'scenario-downloads-portals-'));
  await copyFile(openapiJson, join(folder, 'openapi.json'));
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

async function expectOperations(page: Page): Promise<void> {
  for (const path of ['/assets/download', '/assets/download/{jobId}', '/assets/{assetId}/download']) {
    // Some portals put a space that has no width where a path may be broken.
    await expect.poll(async () => (await page.locator('body').innerText()).replaceAll('\u200b', '')).toContain(path);
  }
}

test('Redocly renders the document as the guide says', async () => {
  const [, command = ''] = /npx @redocly\/cli@2 (build-docs [^\n]*)/.exec(guide) ?? [];
  const args = command.split(' ').map((arg) => (arg.startsWith('node_modules/') ? openapiJson : arg));
  await redocly([...args, '--output', join(folder, 'redocly.html')]);
  const { server, url } = await serveFolder(folder, 0);
  try {
    await using watched = await openPage(browser, url);
    // The one picture that Redoc has from elsewhere; without it, it shows none.
    await watched.page.route('https://cdn.redoc.ly/**', (route) => route.fulfill({ status: 204 }));
    await watched.page.goto(`${url}redocly.html`);
    await expectOperations(watched.page);
    expect(watched.complaints).toEqual([]);
    expect(watched.foreign.filter((one) => !/^https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini/.test(one))).toEqual([]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test.each([
  { portal: 'Scalar', files: { 'scalar.js': '@scalar/api-reference/dist/browser/standalone.js' } },
  {
    portal: 'Swagger UI',
    files: {
      'swagger-ui.css': 'swagger-ui-dist/swagger-ui.css',
      'swagger-ui-bundle.js': 'swagger-ui-dist/swagger-ui-bundle.js',
    },
  },
])('$portal renders the document as the guide says, and asks for nothing else', async ({ portal, files }) => {
  for (const [name, path] of Object.entries(files)) await copyFile(join(toolFolder, path), join(folder, name));
  await writeFile(join(folder, 'portal.html'), pageOfGuide(portal));
  const { server, url } = await serveFolder(folder, 0);
  try {
    await using watched = await openPage(browser, url);
    await watched.page.goto(`${url}portal.html`);
    await expectOperations(watched.page);
    // What it does beside, it does when it has nothing else to do.
    await watched.page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    expect(watched.foreign).toEqual([]);
    expect(watched.complaints).toEqual([]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
