import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { targetFormatValues } from '../../generated/schema.js';
import { launchChromium } from '../../scripts/lib/launch-chromium.js';
import { openPage, type WatchedPage } from './helpers/browser.js';

const OPERATIONS = [
  { id: 'downloadrequestbatch', title: 'Request Batch', method: 'POST', path: '/assets/download' },
  { id: 'downloadgetstatus', title: 'Get Status', method: 'GET', path: '/assets/download/{jobId}' },
  { id: 'downloadrequest', title: 'Request', method: 'POST', path: '/assets/{assetId}/download' },
];

let browser: Browser;
let watched: WatchedPage;
let page: Page;
beforeAll(async () => {
  browser = await launchChromium();
  watched = await openPage(browser, 'file://');
  page = watched.page;
  await page.goto(pathToFileURL(join(inject('site'), 'reference.html')).href, { waitUntil: 'networkidle' });
  await page.locator('[data-section-id="/download/downloadrequest"]').waitFor();
});
afterAll(async () => {
  expect(watched.complaints).toEqual([]);
  expect(watched.foreign).toEqual([]);
  await browser.close();
});

const operation = (id: string) => page.locator(`[data-section-id="/download/${id}"]`);

test.each(OPERATIONS)('$title is there without a click', async ({ id, title, method, path }) => {
  const section = operation(id);
  const text = await section.innerText();
  expect(text).toContain(title);
  expect(text).toContain(method);
  expect(text).toContain(path);
  expect(text).toContain('basicAuth');
});

test('how to authenticate', async () => {
  const first = page.locator('#content');
  expect(await first.innerText()).toContain('the API key as user name, the API secret as password');
  await operation('downloadrequest').getByText('View security details').click();
  await page.getByText('SCENARIO_SDK_API_KEY').last().waitFor();
  await page.keyboard.press('Escape');
});

test('every target format, without a click', async () => {
  const values = operation('downloadrequest').locator('[data-testid="schema-enum-values"]').first();
  const text = await values.innerText();
  expect(targetFormatValues.length).toBeGreaterThan(12);
  for (const format of targetFormatValues) expect(text).toContain(`"${format}"`);
});

test.each(OPERATIONS)('$title: every answer, by keyboard too', async ({ id }) => {
  const section = operation(id);
  const answers: Record<string, string> = {
    '400': 'The request is not valid',
    '401': 'The credentials are missing or wrong',
    '403': 'another team',
    '404': 'There is no such job or asset',
    '429': 'Retry-After',
    '5XX': 'The server or a gateway before it failed',
  };
  const panel = section.getByRole('tablist', { name: 'Response status' });
  expect(await panel.getByRole('tab').allInnerTexts()).toEqual(['200', ...Object.keys(answers)]);
  await panel.getByRole('tab', { name: '200' }).focus();
  for (const words of Object.values(answers)) {
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => section.innerText()).toContain(words);
  }
});

test('the examples of answers and bodies', async () => {
  const status = operation('downloadgetstatus').locator('[data-testid="right-panel"]').last();
  await status.getByRole('button', { name: '200' }).click();
  await expect.poll(() => status.innerText()).toContain('"in-progress"');
  await status.getByRole('button', { name: 'Example' }).click();
  await page.getByText('The archive can be fetched').last().click();
  await expect.poll(() => status.innerText()).toContain('https://files.example.com/archives/');

  await status.getByRole('button', { name: '429' }).click();
  await expect.poll(() => status.innerText()).toContain('"requests-per-minute"');
});

test('the code samples, and the body alone', async () => {
  const panel = operation('downloadrequestbatch').locator('.panel-request-samples');
  expect(await panel.innerText()).toContain('await requestBatch(client, {');
  const show = async (from: string, to: string) => {
    await panel.getByRole('button', { name: from, exact: true }).click();
    await page.getByRole('menuitem', { name: to, exact: true }).locator('visible=true').click();
  };
  await show('TypeScript', 'curl');
  await expect.poll(() => panel.innerText()).toContain('curl --fail-with-body');
  await show('curl', 'Payload');
  await expect.poll(() => panel.innerText()).toContain('"asset_7g8h9i"');
});

test('an operation has an address of its own', async () => {
  await using other = await openPage(browser, 'file://');
  const url = pathToFileURL(join(inject('site'), 'reference.html')).href;
  const topOf = (id: string) =>
    other.page
      .locator(`[data-section-id="/download/${id}"]`)
      .evaluate((element) => Math.round(element.getBoundingClientRect().top));
  await other.page.goto(`${url}#/download/downloadrequest`);
  await expect.poll(() => topOf('downloadrequest')).toBeLessThan(450);
  await other.page.getByRole('navigation').getByRole('link', { name: 'Get Status' }).click();
  await expect.poll(async () => Math.abs(await topOf('downloadgetstatus'))).toBeLessThan(450);
  expect(await topOf('downloadrequest')).toBeGreaterThan(450);
});
