import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** A page that writes down what it should not do. */
export interface WatchedPage extends AsyncDisposable {
  page: Page;
  /** Every request that left for anything but the page's own files. */
  foreign: string[];
  /** Errors and warnings of the console, and errors that nobody caught. */
  complaints: string[];
}

/** @param own what its requests may begin with, such as `file://` or the URL of a local server */
export async function openPage(
  browser: Browser,
  own: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const foreign: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (![own, 'data:', 'blob:'].some((start) => url.startsWith(start))) foreign.push(url);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, foreign, complaints, [Symbol.asyncDispose]: () => context.close() };
}
