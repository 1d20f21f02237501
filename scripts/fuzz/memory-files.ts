import type { OutputFile, OutputFiles } from '../../src/node/disk/output-files.js';

/** Output files in memory. */
export interface MemoryFiles extends OutputFiles {
  /** The contents of the files by path. */
  readonly contents: Map<string, Buffer>;
}

/** @param maxBytes how many bytes may be written in total; more cause an error, which becomes a finding */
export function createMemoryFiles(maxBytes: number): MemoryFiles {
  const contents = new Map<string, Buffer>();
  let total = 0;
  const reopen = (path: string): Promise<OutputFile> => {
    return Promise.resolve({
      path,
      write(buffers, position) {
        const bytes = Buffer.concat(buffers);
        total += bytes.length;
        if (total > maxBytes) throw new Error(`More than ${maxBytes} bytes were written.`);
        const before = contents.get(path) ?? Buffer.alloc(0);
        const after = Buffer.alloc(Math.max(before.length, position + bytes.length));
        before.copy(after);
        bytes.copy(after, position);
        contents.set(path, after);
        return Promise.resolve();
      },
      truncate(bytes) {
        contents.set(path, Buffer.from(contents.get(path)?.subarray(0, bytes) ?? ''));
        return Promise.resolve();
      },
      close: () => Promise.resolve({ mtimeMs: 0 }),
    });
  };
  const files: MemoryFiles = {
    contents,
    create(path) {
      contents.set(path, Buffer.alloc(0));
      return reopen(path);
    },
    async write(path, bytes) {
      const file = await files.create(path);
      await file.write([bytes], 0);
      return file.close();
    },
    reopen,
    rename(from, to) {
      const content = contents.get(from);
      contents.delete(from);
      if (content !== undefined) contents.set(to, content);
      return Promise.resolve();
    },
  };
  return files;
}
