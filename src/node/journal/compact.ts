import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BatchRecord } from './journal.js';
import type { JournalLine } from './journal-line.js';

/** A journal with fewer facts is not compacted, because it is cheap to read anyway. */
const MIN_FACTS = 1000;
/** A journal is compacted when it has at least this many times as many facts as still count. */
const MAX_TIMES = 2;

/** The number of facts in a line: one, plus one for each file in a listing. */
export function factsIn(line: JournalLine): number {
  return line.type === 'archive' ? 1 + line.entries.length : 1;
}

/**
 * Rewrites a journal when most of its facts no longer count. Otherwise it would grow without limit, because each run
 * that requests its archives again adds their listings.
 *
 * @param facts the number of facts in the journal now, see {@link factsIn}
 */
export async function compact(path: string, batches: ReadonlyMap<string, BatchRecord>, facts: number): Promise<void> {
  let counting = 0;
  for (const { entries, files } of batches.values()) counting += 2 + entries.length + files.size;
  if (facts < MIN_FACTS || facts < MAX_TIMES * counting) return;
  // Written under another name and renamed, so that the journal is replaced as a whole or not at all.
  const fresh = `${path}.new`;
  try {
    await pipeline(Readable.from(linesOf(batches)), createWriteStream(fresh, { mode: 0o600 }));
    await rename(fresh, path);
  } catch {
    // The old journal is still valid. If the disk cannot be written to, saving the first file reports that.
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
