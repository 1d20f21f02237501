import { pathToFileURL } from 'node:url';
import { launchChromium } from '../lib/launch-chromium.js';

/**
 * Takes a screenshot of a page of the site as it first appears to a reader.
 *
 * @param page the path of the HTML file
 * @param fragment the section of the page to show, without `#`
 * @param out the path of the PNG file to write
 */
export async function takePicture(page: string, fragment: string, out: string): Promise<void> {
  const browser = await launchChromium();
  try {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
    await tab.goto(`${pathToFileURL(page).href}#${fragment}`);
    await tab.locator(`[data-section-id="${fragment}"]`).waitFor();
    // Redoc scrolls to the section once it has laid out the page.
    await tab.waitForFunction(() => scrollY > 0);
    await tab.screenshot({ path: out });
  } finally {
    await browser.close();
  }
}
