// Saves into a shared folder with limits of its own, follows the files, and stands back where another process is at work.
import { createScenarioClient } from 'scenario-downloads';
import { DirectoryBusyError, FileSystemError, saveAll } from 'scenario-downloads/node';
import type { ArchiveLimits, FileEvent, SaveEvent, SaveOptions } from 'scenario-downloads/node';

/** The events that tell of damage. */
type Trouble = Extract<FileEvent, { type: 'file-again' | 'file-failed' }>;

// Sixteen pictures of 4K at most: whatever is larger is not what was asked for.
const limits: Partial<ArchiveLimits> = { entries: 20, totalBytes: 1 << 30 };
const troubles: Trouble[] = [];
let saved = 0;

function follow(event: SaveEvent): void {
  if (event.type === 'archive-opened') console.log(`an archive of ${event.files} files`);
  if (event.type === 'file-saved') saved++;
  if (event.type === 'file-again' || event.type === 'file-failed') troubles.push(event);
}

const options: SaveOptions = {
  directory: './shared',
  limits,
  include: (path) => path.endsWith('.png'),
  stallTimeoutMs: 10_000,
  onProgress: follow,
};
try {
  const report = await saveAll(createScenarioClient(), { inferenceIds: ['inference_1'] }, options);
  console.log(`${saved} saved, ${report.skipped.length} skipped`);
  for (const { type, entry, error } of troubles) console.log(type, entry, error.name);
  for (const { error } of report.batches) if (error) console.error(error.code, error.reason);
  if (!report.ok) process.exitCode = 1;
} catch (error) {
  if (error instanceof DirectoryBusyError) console.error(`Process ${error.pid} saves here: come back later.`);
  else if (error instanceof FileSystemError) console.error(`${error.errno} at ${error.path}`);
  else throw error;
  process.exitCode = 75;
}
