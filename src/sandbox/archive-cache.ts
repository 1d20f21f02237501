import { createHash } from 'node:crypto';

/** The bytes of a file and the tag that stands for them. */
export interface FileContent {
  bytes: Buffer;
  /** Strong, with its quotes. */
  etag: string;
}

/** Archives above this size together push out those that were not asked for longest; they can be made again. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Keeps what `build` made for a key, in memory, as long as there is room. Asking twice at once builds once. Undefined
 * means that there is nothing with this key.
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

/** The strong entity tag of these bytes. */
export function etagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;
}
