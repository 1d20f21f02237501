import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { crc32 } from 'node:zlib';
import { PRIVATE_FOLDER } from '../../src/node/names/file-names.js';

/** Reads `length:CRC-32` of all files below a directory by path, without this package's private folder. */
export async function readTree(directory: string): Promise<Map<string, string>> {
  const tree = new Map<string, string>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(directory, path).split(sep).join('/');
    if (!entry.isFile() || name.startsWith(`${PRIVATE_FOLDER}/`)) continue;
    const data = await readFile(path);
    tree.set(name, `${data.length}:${crc32(data)}`);
  }
  return tree;
}
