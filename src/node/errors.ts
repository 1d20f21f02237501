import { ScenarioDownloadError } from '../errors.js';

/** Thrown when a file system operation fails: no space, no permission, a read-only disk, too many open files. */
export class FileSystemError extends ScenarioDownloadError {
  readonly code = 'FILE_SYSTEM_ERROR';
  /** The file or folder that could not be used. */
  readonly path: string;
  /** The errno code, such as `ENOSPC`. */
  readonly errno: string;

  constructor(message: string, details: { path: string; errno: string }, options?: ErrorOptions) {
    super(message, options);
    this.path = details.path;
    this.errno = details.errno;
  }
}

/** Thrown when another run, in this process or another one, is saving into the same directory. */
export class DirectoryBusyError extends ScenarioDownloadError {
  readonly code = 'DIRECTORY_BUSY';
  readonly directory: string;
  /** The id of the process that is saving into it. */
  readonly pid: number;

  constructor(message: string, details: { directory: string; pid: number }, options?: ErrorOptions) {
    super(message, options);
    this.directory = details.directory;
    this.pid = details.pid;
  }
}
