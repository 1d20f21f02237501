import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { crc32 } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** An empty folder that goes with the test. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'scenario-downloads-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What tells the content of one file from another's: short texts as they are. */
export function digest(data: Buffer | string): string {
  const bytes = Buffer.from(data);
  return bytes.length < 40 ? bytes.toString() : `${bytes.length} bytes, CRC-32 ${crc32(bytes)}`;
}

/** The {@link digest} of the files below a folder by their path, without this package's own. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join('/');
    if (entry.isFile() && !name.startsWith('.scenario-downloads/')) tree[name] = digest(await readFile(path));
  }
  return tree;
}
