/** When a file was written, in epoch milliseconds. */
export interface Written {
  mtimeMs: number;
}

/** A file that is whole on disk, under its temporary name. */
export interface WrittenFile extends Written {
  path: string;
  bytes: number;
  crc32: number;
}
