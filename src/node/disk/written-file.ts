/** A file that is whole on disk, under its temporary name. */
export interface WrittenFile {
  path: string;
  bytes: number;
  crc32: number;
  /** Epoch milliseconds. */
  mtimeMs: number;
}
