/** What an archive may be at most. Beyond it is taken for an attack. */
export interface ArchiveLimits {
  /** Entries, folders included. */
  entries: number;
  /** Bytes of all files together, unpacked. */
  totalBytes: number;
  /** Unpacked bytes for one packed byte, in files of more than a mebibyte. */
  ratio: number;
}
