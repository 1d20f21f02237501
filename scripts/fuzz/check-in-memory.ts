import { join, posix } from 'node:path';
import { crc32 } from 'node:zlib';
import { mapEntryName, PRIVATE_FOLDER } from '../../src/node/names/file-names.js';
import { createConnectionPool } from '../../src/node/transfer/connection-pool.js';
import { createWindow } from '../../src/node/budget/window.js';
import type { ArchiveEntry } from '../../src/node/zip/entry.js';
import { readDirectory } from '../../src/node/zip/read-directory.js';
import { unpackArchive } from '../../src/node/zip/unpack-archive.js';
import { createCountingPool } from './counting-pool.js';
import { createMemoryFiles } from './memory-files.js';
import { createMemorySource } from './memory-source.js';
import type { Random } from './random.js';
import { FUZZ_LIMITS, noteError, type Verdict } from './verdict.js';

/** Unpacks an archive into memory. It tests the reader without folders and a journal, which is many times faster. */
export async function checkInMemory(bytes: Buffer, random: Random): Promise<Verdict> {
  const verdict: Verdict = { findings: [], isAccepted: false, reasons: [], files: [] };
  const { signal } = new AbortController();
  const source = createMemorySource(bytes, random);
  // Damaged entries are fetched once more, so their bytes may be written twice.
  const files = createMemoryFiles(2 * FUZZ_LIMITS.totalBytes);
  const scratch = createCountingPool();
  const saved = new Map<ArchiveEntry, string>();
  let paths = 0;
  try {
    const entries = await readDirectory(source, FUZZ_LIMITS, signal);
    for (const { name } of entries) checkName(name, verdict);
    for (const { name, problem } of entries) if (problem) noteError(verdict, JSON.stringify(name), problem);
    const failures = await unpackArchive(
      entries.filter(({ problem }) => problem === undefined),
      {
        source,
        pool: createConnectionPool(3, () => 0),
        files,
        scratch,
        window: createWindow(8, 100_000),
        newTempPath: () => join('/nowhere', String(++paths)),
        isFatal: () => false,
        signal,
        save(entry, { path }) {
          if (saved.has(entry)) verdict.findings.push(`saved ${JSON.stringify(entry.name)} twice`);
          saved.set(entry, path);
          return Promise.resolve();
        },
      },
      () => undefined,
    );
    for (const [{ name }, error] of failures) noteError(verdict, JSON.stringify(name), error);
    for (const entry of entries) {
      const path = saved.get(entry);
      if (path !== undefined) checkContent(entry, files.contents.get(path), verdict);
      const isSettled = (path !== undefined) !== (entry.problem !== undefined || failures.has(entry));
      if (!isSettled) verdict.findings.push(`neither saved nor refused ${JSON.stringify(entry.name)}, or both`);
    }
    verdict.isAccepted = saved.size === entries.length;
  } catch (error) {
    noteError(verdict, 'the archive', error);
  }
  if (scratch.missing > 0) verdict.findings.push(`did not give back ${scratch.missing} pieces of memory`);
  return verdict;
}

function checkContent(entry: ArchiveEntry, data: Buffer | undefined, { findings, files }: Verdict): void {
  const { name, uncompressedSize, crc32: crc } = entry;
  files.push({ name, bytes: uncompressedSize, crc32: crc });
  if (data?.length !== uncompressedSize || crc32(data) !== crc)
    findings.push(`saved ${JSON.stringify(name)} with bytes that are not its own`);
}

function checkName(name: string, { findings }: Verdict): void {
  const { path } = mapEntryName(name);
  const away = posix.relative('/directory', posix.join('/directory', path));
  const isInside = away === path && !posix.isAbsolute(path) && !/^\.\.(\/|$)/.test(away) && !/[\\:\0]/.test(path);
  const isPrivate = path.split('/', 1)[0]?.toLowerCase() === PRIVATE_FOLDER;
  if (!isInside || isPrivate) findings.push(`maps ${JSON.stringify(name)} to ${JSON.stringify(path)}`);
}
