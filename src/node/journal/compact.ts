import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BatchRecord } from './journal.js';
import type { JournalLine } from './journal-line.js';

/** A smaller journal is no trouble, whatever is in it. */
const MIN_FACTS = 1000;
/** How many times as much as what counts may be in it. */
const MAX_TIMES = 2;

/** How much a line says: of one thing, or of each file in a listing. */
export function factsIn(line: JournalLine): number {
  return line.type === 'archive' ? 1 + line.entries.length : 1;
}

/**
 * Writes a journal anew when most of it no longer counts: each run that asks anew adds what it finds, and would go on
 * doing so for ever.
 *
 * @param facts how much the journal says now, see {@link factsIn}
 */
export async function compact(path: string, batches: ReadonlyMap<string, BatchRecord>, facts: number): Promise<void> {
  let counting = 0;
  for (const { entries, files } of batches.values()) counting += 2 + entries.length + files.size;
  if (facts < MIN_FACTS || facts < MAX_TIMES * counting) return;
  // In the place of the old one it appears as a whole.
  const fresh = `${path}.new`;
  try {
    await pipeline(Readable.from(linesOf(batches)), createWriteStream(fresh, { mode: 0o600 }));
    await rename(fresh, path);
  } catch {
    // The old one does as well, and a disk that refuses this is met again by whoever has something to save.
    await rm(fresh, { force: true }).catch(() => undefined);
  }
}

function* linesOf(batches: ReadonlyMap<string, BatchRecord>): Generator<string> {
  const text = (line: JournalLine) => `${JSON.stringify(line)}\n`;
  for (const [batch, { job, archive, entries, files }] of batches) {
    if (job) yield text({ type: 'job', batch, ...job });
    if (archive) {
      const { jobId, jobStatus, isDamaged } = archive;
      yield text({ type: 'archive', batch, jobId, jobStatus, entries });
      if (isDamaged) yield text({ type: 'damaged', batch });
    }
    for (const file of files.values()) yield text({ type: 'file', ...file });
  }
}
