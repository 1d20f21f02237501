/** A file of a batch, as its archive lists it. */
export interface ListedFile {
  name: string;
  occurrence: number;
  bytes: number;
  crc32: number;
}

/** A file that has its place in the directory. */
export interface PlacedFile extends ListedFile {
  id: string;
  batch: string;
  /** Without regard to other files: what `include` and `exclude` are asked about. */
  plainPath: string;
  /** Whether it is there and intact already. */
  isPresent: boolean;
  /** Whether it was when it got its place. */
  wasPresent: boolean;
}
