import { dirname, relative, sep } from 'node:path';
import { FileSystemError } from '../errors.js';
import { PRIVATE_FOLDER } from '../names/file-names.js';

/** What a person can do about it, by errno code. */
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

/** Errors that will meet the next file too: the run ends, and says so. */
const FATAL = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'ENODEV', 'ESTALE']);

export const isFatalErrno = (errno = ''): boolean => FATAL.has(errno);

/** What is forbidden in one folder may be allowed in the next. */
export const isForbidden = (errno = ''): boolean => errno === 'EACCES' || errno === 'EPERM';

/**
 * Whether the error is one of the disk as a whole, not of one file. What is forbidden in the directory itself, or where
 * files are made for all of it, is.
 */
export function isFatal(error: unknown, directory: string): error is FileSystemError {
  if (!(error instanceof FileSystemError)) return false;
  const path = relative(directory, error.path);
  const isOfAll = dirname(path) === '.' || path.split(sep)[0] === PRIVATE_FOLDER;
  return isFatalErrno(error.errno) || (isOfAll && isForbidden(error.errno));
}

/** The errno code of an error of the runtime, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  // Errors of this package have an errno as well, but as a word.
  return typeof error.code === 'string' && 'errno' in error && typeof error.errno === 'number' ? error.code : undefined;
}

/** A {@link FileSystemError} for what the file system refused; any other error as it is. */
export function toFileSystemError(error: unknown, path: string): unknown {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const meaning = MEANINGS[errno] ?? (error as Error).message;
  return new FileSystemError(`Cannot use ${path}: ${meaning} (${errno}).`, { path, errno }, { cause: error });
}

/** Does the work, and turns what the file system refuses into a {@link FileSystemError}. */
export async function onDisk<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toFileSystemError(error, path);
  }
}
