import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { buildSite } from '../../scripts/docs/build-site.js';
import { serveFolder } from '../../scripts/docs/serve-folder.js';
import { launchChromium } from '../../scripts/lib/launch-chromium.js';
import { openPage } from './helpers/browser.js';

const site = inject('site');
const pages = inject('pages');
const fileUrl = (path: string) => pathToFileURL(join(site, path)).href;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

test('no page asks for anything from elsewhere or complains, from disk and from a server', async () => {
  const { server, url } = await serveFolder(site, 0);
  try {
    for (const [own, urlOf] of [
      ['file://', fileUrl],
      [url, (path: string) => url + path],
    ] as const) {
      await using watched = await openPage(browser, own);
      for (const path of pages) {
        await watched.page.goto(urlOf(path), { waitUntil: 'networkidle' });
        await expect.poll(() => watched.page.locator('h1').first().isVisible()).toBe(true);
      }
      expect(watched.foreign).toEqual([]);
      expect(watched.complaints).toEqual([]);
    }
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test('a request to elsewhere would be stopped and seen', async () => {
  await using watched = await openPage(browser, 'file://');
  await watched.page.goto(fileUrl('index.html'));
  await watched.page.evaluate(() => {
    document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:9/picture.png' }));
  });
  await expect.poll(() => watched.complaints.join()).toContain('Content Security Policy');
});

test('every link leads somewhere', async () => {
  const html = new Map<string, string>();
  for (const path of pages) html.set(path, await readFile(join(site, path), 'utf8'));
  const files = new Set(await readdir(site, { recursive: true }));
  await using watched = await openPage(browser, 'file://');
  await watched.page.goto(fileUrl('reference.html'), { waitUntil: 'networkidle' });
  await expect.poll(() => watched.page.locator('[data-section-id^="/download/"]').count()).toBe(3);
  const sections = await watched.page
    .locator('[data-section-id]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-section-id')));

  const dead: string[] = [];
  let checked = 0;
  for (const [path, text] of html) {
    const frame = path === 'reference.html' ? text.slice(text.indexOf('<nav'), text.indexOf('</nav>')) : text;
    for (const [, href = ''] of frame.matchAll(/<a [^>]*href="([^"]*)"/g)) {
      const target = new URL(href, `http://site/${path}`);
      if (target.host !== 'site') continue;
      checked++;
      const file = target.pathname.slice(1);
      const id = decodeURIComponent(target.hash.slice(1));
      const isThere =
        file === 'reference.html'
          ? id === '' || sections.includes(id)
          : files.has(file) && (id === '' || html.get(file)?.includes(`id="${id}"`));
      if (!isThere) dead.push(`${path}: ${href}`);
    }
  }
  expect(dead).toEqual([]);
  expect(checked).toBeGreaterThan(200);
});

test('the navigation has every page on every page, and says where one is', async () => {
  await using watched = await openPage(browser, 'file://');
  for (const path of pages) {
    await watched.page.goto(fileUrl(path));
    const links = watched.page.locator('#navigation > ul > li > a');
    expect(await links.count()).toBe(pages.length);
    const here = watched.page.locator('#navigation [aria-current="page"]');
    expect(new URL(await here.evaluate((link) => (link as HTMLAnchorElement).href)).pathname).toMatch(`/${path}`);
  }
});

test('the search finds guide, operations and exports by keyboard alone, and goes there', async () => {
  await using watched = await openPage(browser, 'file://');
  const { page } = watched;
  await page.goto(fileUrl('guide/errors.html'));
  const go = async (query: string) => {
    await page.keyboard.press('/');
    await page.keyboard.type(query);
    await page.locator('#results [aria-selected="true"]').waitFor();
    await page.keyboard.press('Enter');
  };
  await go('heif webp');
  await page.waitForURL('**/reference.html#/download/downloadrequest');
  await go('downloadrequestbatch');
  await page.waitForURL('**/reference.html#/download/downloadrequestbatch');
  await page.locator('[data-section-id="/download/downloadrequestbatch"]').waitFor();
  await go('waitforjob');
  await page.waitForURL('**/api/index.html#waitforjob');
  await go('exit codes');
  await page.waitForURL('**/guide/command-line.html#exit-codes');

  await page.keyboard.press('Control+k');
  await page.keyboard.type('format');
  const first = await page.locator('#results [aria-selected="true"]').innerText();
  await page.keyboard.press('ArrowDown');
  expect(await page.locator('#results [aria-selected="true"]').innerText()).not.toBe(first);
  await page.keyboard.press('ArrowUp');
  expect(await page.locator('#results [aria-selected="true"]').innerText()).toBe(first);
  await page.keyboard.press('Escape');
  expect(await page.locator('#results').isVisible()).toBe(false);
  await page.keyboard.press('/');
  await page.keyboard.type('xyzzy');
  expect(await page.locator('#results').innerText()).toBe('Nothing found');
});

test('a click on a result goes there', async () => {
  await using watched = await openPage(browser, 'file://');
  await watched.page.goto(fileUrl('index.html'));
  await watched.page.fill('#search', 'startSandbox');
  await watched.page.locator('#results a').first().click();
  await watched.page.waitForURL('**/api/sandbox.html#startsandbox');
});

test('the keyboard skips to the content', async () => {
  await using watched = await openPage(browser, 'file://');
  await watched.page.goto(fileUrl('guide/errors.html'));
  await watched.page.keyboard.press('Tab');
  expect(await watched.page.locator(':focus').innerText()).toBe('Skip to the content');
  await watched.page.keyboard.press('Enter');
  expect(await watched.page.locator(':focus').getAttribute('id')).toBe('content');
});

test('on a phone nothing is wider than the screen, and the navigation is behind a button', async () => {
  await using watched = await openPage(browser, 'file://', { viewport: { width: 360, height: 740 }, hasTouch: true });
  const { page } = watched;
  for (const path of pages) {
    await page.goto(fileUrl(path), { waitUntil: 'networkidle' });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect({ path, width }).toEqual({ path, width: 360 });
  }
  const button = page.getByRole('button', { name: 'Menu' });
  const navigation = page.locator('#navigation');
  expect(await navigation.isVisible()).toBe(false);
  await button.tap();
  expect(await navigation.isVisible()).toBe(true);
  await page.keyboard.press('Escape');
  expect(await navigation.isVisible()).toBe(false);
  await button.tap();
  await navigation.getByRole('link', { name: 'Sandbox', exact: true }).first().tap();
  await page.waitForURL('**/guide/sandbox.html');
});

test('it is dark where the reader likes it dark', async () => {
  const background = async (colorScheme: 'light' | 'dark', path: string) => {
    await using watched = await openPage(browser, 'file://', { colorScheme });
    await watched.page.goto(fileUrl(path), { waitUntil: 'networkidle' });
    const title = watched.page.locator('h1').first();
    await title.waitFor();
    return await title.evaluate((element) => getComputedStyle(element).color);
  };
  for (const path of ['index.html', 'reference.html']) {
    expect(await background('dark', path)).not.toBe(await background('light', path));
  }
});

test('two builds give the same bytes', async () => {
  const again = await mkdtemp(join(tmpdir(), 'scenario-downloads-site-'));
  try {
    await buildSite(fileURLToPath(new URL('../..', import.meta.url)), again);
    const entries = await readdir(again, { recursive: true, withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    expect(names.length).toBeGreaterThan(pages.length);
    for (const name of names) {
      const other = join(site, name.slice(again.length));
      expect((await readFile(name)).equals(await readFile(other)), name).toBe(true);
    }
  } finally {
    await rm(again, { recursive: true, force: true });
  }
});
