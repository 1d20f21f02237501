import { dirname, relative, sep } from 'node:path';
import { FileSystemError } from '../errors.js';
import { PRIVATE_FOLDER } from '../names/file-names.js';

/** What an errno code means to the user. */
const MEANINGS: Record<string, string> = {
  ENOSPC: 'there is no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
  ENOENT: 'it cannot be made there',
  EBUSY: 'another program has it open, or it is read-only',
  EIO: 'the device reports an error',
  EFBIG: 'the file is larger than the file system or the process allows',
  EMFILE: 'the process has too many files open',
  ENFILE: 'the system has too many files open',
  ENOTDIR: 'a file is in the way of a folder',
  EEXIST: 'a file is in the way of a folder',
  EISDIR: 'a folder is in the way of a file',
  ENAMETOOLONG: 'the path is too long for the file system',
};

/** The errno codes of errors that would affect every further file, so that the run ends. */
const FATAL = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'ENODEV', 'ESTALE']);

export const isFatalErrno = (errno = ''): boolean => FATAL.has(errno);

/** Whether permission was denied. In another folder it may be granted. */
export const isForbidden = (errno = ''): boolean => errno === 'EACCES' || errno === 'EPERM';

/**
 * Whether the error concerns the disk as a whole and not just one file. Besides errors such as a full disk, that is a
 * denied permission for something directly in `directory` or in the private folder, where all files are created.
 */
export function isFatal(error: unknown, directory: string): error is FileSystemError {
  if (!(error instanceof FileSystemError)) return false;
  const path = relative(directory, error.path);
  const isOfAll = dirname(path) === '.' || path.split(sep)[0] === PRIVATE_FOLDER;
  return isFatalErrno(error.errno) || (isOfAll && isForbidden(error.errno));
}

/** The errno code of an error from the runtime, such as `ENOENT`; undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  // In errors of the runtime `errno` is a number; in those of this package it is a string.
  return typeof error.code === 'string' && 'errno' in error && typeof error.errno === 'number' ? error.code : undefined;
}

/** Converts an error of the file system into a {@link FileSystemError}. Any other error is returned unchanged. */
export function toFileSystemError(error: unknown, path: string): unknown {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const meaning = MEANINGS[errno] ?? (error as Error).message;
  return new FileSystemError(`Cannot use ${path}: ${meaning} (${errno}).`, { path, errno }, { cause: error });
}

/** Runs the work and converts errors of the file system into a {@link FileSystemError}. */
export async function onDisk<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toFileSystemError(error, path);
  }
}
