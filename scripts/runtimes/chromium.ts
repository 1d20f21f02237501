import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { launchChromium } from '../lib/launch-chromium.js';

/**
 * Bundles the program with the package that is installed in the project, and runs it in a page with its own origin.
 *
 * @param options the argument of the program's `run`
 * @returns what `run` resolves to; rejects with the error of the page
 */
export async function runInChromium(project: string, program: string, options: object): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `${program}\nglobalThis.run = run;`, resolveDir: project, loader: 'js' },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
    outfile: join(project, 'page.js'),
  });
  const script = outputFiles[0]?.text ?? '';
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><title>page</title><script src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return await page.evaluate(
      (given) => (globalThis as unknown as { run: (options: object) => Promise<string> }).run(given),
      options,
    );
  } finally {
    await browser.close();
    server.close();
  }
}
