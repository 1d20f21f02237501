/**
 * Builds the documentation.
 *
 *     npm run docs                            writes dist/docs/; open dist/docs/index.html
 *     npm run docs -- --serve [--port N]      also serves it on a local port, until Ctrl-C
 *     npm run docs -- --picture FILE          also takes a screenshot of the reference (needs Chromium: CHROMIUM_PATH)
 */
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSite } from './docs/build-site.js';
import { REFERENCE_PATH } from './docs/link-target.js';
import { serveFolder } from './docs/serve-folder.js';
import { takePicture } from './docs/take-picture.js';

async function main(): Promise<void> {
  const { values: flags } = parseArgs({
    options: {
      out: { type: 'string', default: 'dist/docs' },
      serve: { type: 'boolean', default: false },
      port: { type: 'string', default: '8080' },
      picture: { type: 'string' },
    },
  });
  const port = Number(flags.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${flags.port} is no port`);

  const out = resolve(flags.out);
  const pages = await buildSite(process.cwd(), out);
  console.log(`Written: ${pages.length} pages. Open ${relative(process.cwd(), out)}/index.html`);
  if (flags.picture !== undefined) {
    await takePicture(join(out, REFERENCE_PATH), '/download/downloadrequest', resolve(flags.picture));
    console.log(`Written: ${flags.picture}`);
  }
  if (flags.serve) {
    const { url } = await serveFolder(out, port);
    console.log(`Serving ${url}  (Ctrl-C ends it)`);
  }
}

await main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
