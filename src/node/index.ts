export { saveAll } from './save-all.js';
export type { SaveOptions } from './save-options.js';
export type { ArchiveLimits } from './zip/archive-limits.js';
export type {
  BatchReport,
  ErrorReport,
  FailedFile,
  RenamedFile,
  SavedFile,
  SaveReport,
  SaveWarning,
  Shortfall,
  SkippedFile,
} from './report/report.js';
export type { RenameReason } from './names/file-names.js';
export type { FileEvent, SaveEvent } from './events.js';
export { DirectoryBusyError, FileSystemError } from './errors.js';
export { createProxyFetch } from './http/proxy-fetch.js';
export type { Environment } from './http/proxy-for.js';
