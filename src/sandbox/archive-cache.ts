import { createHash } from 'node:crypto';

/** The bytes of a file and their entity tag. */
export interface FileContent {
  bytes: Buffer;
  /** A strong entity tag, including the quotes. */
  etag: string;
}

/** Beyond this total size, the least recently used archives are evicted. They can be rebuilt. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Returns a function that builds the archive for a key, or returns it from memory. Concurrent calls for a key share one
 * build. The result is undefined if that of `build` is. The newest archive is kept even if it exceeds `maxBytes`.
 */
export function createArchiveCache(
  build: (key: string) => Promise<Buffer | undefined>,
  maxBytes = MAX_BYTES,
): (key: string) => Promise<FileContent | undefined> {
  const contents = new Map<string, Promise<FileContent | undefined>>();
  const sizes = new Map<string, number>();

  function makeRoom(newest: string): void {
    let total = 0;
    for (const size of sizes.values()) total += size;
    for (const key of contents.keys()) {
      if (total <= maxBytes) return;
      if (key === newest) continue;
      total -= sizes.get(key) ?? 0;
      contents.delete(key);
      sizes.delete(key);
    }
  }

  async function make(key: string): Promise<FileContent | undefined> {
    const bytes = await build(key);
    if (!bytes) return undefined;
    sizes.set(key, bytes.length);
    makeRoom(key);
    return { bytes, etag: etagOf(bytes) };
  }

  return (key) => {
    const content = contents.get(key) ?? make(key);
    // A Map keeps the order of insertion, so this makes the key the newest.
    contents.delete(key);
    contents.set(key, content);
    return content;
  };
}

/** Computes the strong entity tag of these bytes. */
export function etagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;
}
