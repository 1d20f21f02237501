/**
 * Builds the documentation.
 *
 *     npm run docs                            writes dist/docs/; open dist/docs/index.html
 *     npm run docs -- --serve [--port N]      and shows it on a local port, until Ctrl-C
 */
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSite } from './docs/build-site.js';
import { serveFolder } from './docs/serve-folder.js';

const { values: flags } = parseArgs({
  options: {
    out: { type: 'string', default: 'dist/docs' },
    serve: { type: 'boolean', default: false },
    port: { type: 'string', default: '8080' },
  },
});
const out = resolve(flags.out);
const pages = await buildSite(process.cwd(), out);
console.log(`Written: ${pages.length} pages. Open ${relative(process.cwd(), out)}/index.html`);

if (flags.serve) {
  const { url } = await serveFolder(out, Number(flags.port));
  console.log(`Serving ${url}  (Ctrl-C ends it)`);
}
