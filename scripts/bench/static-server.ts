/**
 * Serves a folder if nginx is not installed: `static-server.ts FOLDER PORT MEGABYTES_A_SECOND`. The rate limits each
 * response under /slow/.
 */
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';

const [, , folder = '.', port = '0', rate = '20'] = process.argv;
const CHUNK_BYTES = 256 * 1024;

createServer((request, response) => {
  const path = request.url ?? '/';
  serve(join(folder, basename(path)), request.headers.range, path.startsWith('/slow/')).catch(() => response.destroy());

  async function serve(file: string, header: string | undefined, isSlow: boolean): Promise<void> {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
      const start = first === '' ? (last === '' ? 0 : Math.max(0, size - Number(last))) : Number(first);
      const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
      response.writeHead(header === undefined ? 200 : 206, {
        'content-length': end - start,
        ...(header !== undefined && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
      });
      const startedAt = performance.now();
      for (let at = start; at < end;) {
        const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - at));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
        at += bytesRead;
        if (!response.write(buffer.subarray(0, bytesRead)))
          await new Promise((resolve) => response.once('drain', resolve));
        const dueMs = isSlow ? (at - start) / (Number(rate) * 1000) - (performance.now() - startedAt) : 0;
        if (dueMs > 1) await new Promise((resolve) => setTimeout(resolve, dueMs));
      }
      response.end();
    } finally {
      await handle.close();
    }
  }
}).listen(Number(port), '127.0.0.1');
