/** The result of writing a file. */
export interface Written {
  /** When the file was written, in epoch milliseconds. */
  mtimeMs: number;
}

/** A file that is complete on disk, under its temporary name. */
export interface WrittenFile extends Written {
  path: string;
  bytes: number;
  crc32: number;
}
