import { createReadStream } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import type { DiskCall } from '../disk/disk-call.js';
import { errnoOf, onDisk } from '../disk/file-system-error.js';
import { writeAll } from '../disk/write-all.js';
import { compact, factsIn } from './compact.js';
import { parseJournalLine, type FileRecord, type JournalLine } from './journal-line.js';

/** What the journal knows of a batch. */
export interface BatchRecord {
  job?: { jobId: string; requestedAt: number };
  /** `isDamaged`: the archive was kept and contains damaged files. */
  archive?: { jobId: string; jobStatus: string; files: number; isDamaged?: boolean };
  /** The files that earlier runs have found in the archive: name, bytes and CRC-32 of each. */
  entries: [string, number, number][];
  /** The files of the batch that earlier runs have saved, by {@link fileKey}. */
  files: Map<string, FileRecord>;
}

/** A log of what was done in a directory. Each prefix of its file is valid, so a run may be killed at any time. */
export interface Journal {
  /** By the key of the batch. Files of this run are not included, because the code that saves them knows them. */
  readonly batches: ReadonlyMap<string, BatchRecord>;
  /** Returns the `entries` of a batch and removes them from memory, because there may be a million. */
  takeEntries(batch: string): BatchRecord['entries'];
  /** Returns the `files` of a batch and removes them from memory, because there may be a million. */
  takeFiles(batch: string): BatchRecord['files'];
  /** Resolves when the line is in the file. Lines that are appended while a write is pending are written together. */
  append(line: JournalLine): Promise<void>;
  /** Waits for pending writes and closes the file. An empty journal is removed. */
  close(): Promise<void>;
}

/** A key that identifies a file within its batch. */
export function fileKey(name: string, occurrence: number): string {
  return `${occurrence}/${name}`;
}

/** Opens or creates a journal. Lines that cannot be parsed are skipped, and what no longer counts may be removed. */
export async function openJournal(path: string, call: DiskCall): Promise<Journal> {
  return onDisk(path, async () => {
    const { batches, facts } = await replay(path);
    await compact(path, batches, facts);
    const handle = await open(path, 'a+', 0o600);
    return createJournal(path, handle, batches, { call, torn: await isTorn(handle) });
  });
}

function createJournal(
  path: string,
  handle: FileHandle,
  batches: Map<string, BatchRecord>,
  { call, torn }: { call: DiskCall; torn: boolean },
): Journal {
  let waiting: string[] = torn ? ['\n'] : [];
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    await last.catch(() => undefined);
    const lines = Buffer.from(waiting.join(''));
    waiting = [];
    next = undefined;
    last = onDisk(path, async () => {
      await writeAll(call, handle.fd, [lines], null);
    });
    await last;
  };

  return {
    batches,
    takeEntries(batch) {
      const record = batches.get(batch);
      const entries = record?.entries ?? [];
      if (record) record.entries = [];
      return entries;
    },
    takeFiles(batch) {
      const record = batches.get(batch);
      const files = record?.files ?? new Map<string, FileRecord>();
      if (record) record.files = new Map();
      return files;
    },
    append(line) {
      if (line.type !== 'file') apply(batches, line);
      if (line.type === 'archive') this.takeEntries(line.batch);
      waiting.push(`${JSON.stringify(line)}\n`);
      return (next ??= write());
    },
    async close() {
      try {
        await next;
        await last;
        // An empty journal is of no use to a later run.
        if ((await handle.stat()).size === 0) await rm(path, { force: true });
      } finally {
        await handle.close();
      }
    },
  };
}

async function replay(path: string): Promise<{ batches: Map<string, BatchRecord>; facts: number }> {
  const batches = new Map<string, BatchRecord>();
  let facts = 0;
  const read = (text: string) => {
    const line = parseJournalLine(text);
    if (line === undefined) return;
    facts += factsIn(line);
    apply(batches, line);
  };
  let rest = '';
  try {
    for await (const chunk of createReadStream(path, 'utf8') as AsyncIterable<string>) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(read);
    }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  read(rest);
  return { batches, facts };
}

function apply(batches: Map<string, BatchRecord>, line: JournalLine): void {
  const record: BatchRecord = batches.get(line.batch) ?? { entries: [], files: new Map() };
  batches.set(line.batch, record);
  switch (line.type) {
    case 'job':
      record.job = { jobId: line.jobId, requestedAt: line.requestedAt };
      break;
    case 'archive':
      record.archive = { jobId: line.jobId, jobStatus: line.jobStatus, files: line.entries.length };
      record.entries = line.entries;
      break;
    case 'damaged':
      if (record.archive) record.archive.isDamaged = true;
      break;
    case 'file': {
      const { batch, name, occurrence, path, bytes, crc32, mtimeMs, from, isAdopted } = line;
      const file = { batch, name, occurrence, path, bytes, crc32, mtimeMs, from, isAdopted };
      record.files.set(fileKey(name, occurrence), file);
      break;
    }
    case 'forget':
      if (record.files.size === 0) batches.delete(line.batch);
      else batches.set(line.batch, { entries: [], files: record.files });
  }
}

/** Whether the last line lacks its line break, which has to be added so that the next line is not joined to it. */
async function isTorn(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}
