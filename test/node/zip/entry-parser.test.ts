import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openFileSource } from '../../../src/node/disk/file-source.js';
import type { ArchiveEntry } from '../../../src/node/zip/entry.js';
import { createEntryParser } from '../../../src/node/zip/entry-parser.js';
import { readDirectory } from '../../../src/node/zip/read-directory.js';
import type { Sink } from '../../../src/node/zip/sink.js';
import { makeFolder } from '../../helpers/node-folder.js';
import { makeZip } from '../../helpers/node-zip.js';

async function entriesOf(zip: Buffer): Promise<ArchiveEntry[]> {
  const path = join(await makeFolder(), 'a.zip');
  await writeFile(path, zip);
  const source = await openFileSource(path);
  onTestFinished(() => source.close());
  const limits = { entries: 1e6, totalBytes: 1e9, ratio: 250 };
  return readDirectory(source, limits, new AbortController().signal);
}

it('leaves time for other things where thousands of entries come at once, and keeps their order', async () => {
  const files = Array.from({ length: 3000 }, (_, at) => ({
    name: `f${at}`,
    data: at % 7 === 0 ? '' : `data of ${at}`,
  }));
  const zip = makeZip(files);
  const entries = await entriesOf(zip);
  const found: { name: string; data: string }[] = [];
  const parser = createEntryParser(0, entries, 'a.zip', {
    open(): Sink {
      let data = '';
      return {
        write: (chunk) => void (data += String(chunk)),
        end: () => Promise.resolve({ path: data, bytes: 0, crc32: 0, mtimeMs: 0 }),
        discard: () => Promise.resolve(),
      };
    },
    close(entry, sink) {
      // The data of an empty one as well.
      void sink.end().then(({ path: data }) => found.push({ name: entry.name, data }));
      return undefined;
    },
    fail: (_, error) => expect.unreachable(String(error)),
  });

  let turns = 0;
  const count = () => {
    turns++;
    if (found.length < files.length) setImmediate(count);
  };
  setImmediate(count);
  // Cut where an entry is cut as well, and handed on without a pause.
  const cut = Math.floor(zip.length / 2) + 3;
  await Promise.all([parser.push(zip.subarray(0, cut)), parser.push(zip.subarray(cut))]);
  expect(found).toEqual(files);
  expect(turns).toBeGreaterThan(10);
  expect(parser.open()).toBeUndefined();
});
