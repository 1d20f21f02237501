import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { crc32 } from 'node:zlib';
import { createScenarioClient } from '../../src/client.js';
import { openRun, type Run } from '../../src/node/run.js';
import type { ReadyArchive } from '../../src/node/save-archive.js';
import { saveEntries } from '../../src/node/save-entries.js';
import { resolveSaveOptions } from '../../src/node/save-options.js';
import type { PlacedFile } from '../../src/node/placing/placed-file.js';
import { createMemorySource } from './memory-source.js';
import type { Random } from './random.js';
import { FUZZ_LIMITS, noteError, type Verdict } from './verdict.js';

const client = createScenarioClient({ apiKey: 'key', apiSecret: 'secret', baseUrl: 'https://api.invalid/v1' });
const archive: ReadyArchive = {
  key: 'fuzz',
  index: 0,
  part: [],
  batch: { options: { fileNameTemplate: '' }, query: { assetIds: [], inferenceIds: ['one'], modelIds: [] } },
  job: { jobId: 'job', requestedAt: 0 },
  jobStatus: 'success',
  downloadUrl: 'https://files.invalid/archive.zip',
};

/**
 * Unpacks an archive into a folder, with the same code as `saveAll`, and checks the resulting files.
 *
 * @param folder a temporary folder, which is created and removed again
 */
export async function checkOnDisk(bytes: Buffer, folder: string, random: Random): Promise<Verdict> {
  const directory = join(folder, 'inside');
  const verdict: Verdict = { findings: [], isAccepted: false, reasons: [], files: [] };
  await mkdir(directory, { recursive: true });
  try {
    const present = await unpack(bytes, directory, random, verdict);
    await inspect(folder, directory, present, verdict);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return verdict;
}

async function unpack(bytes: Buffer, directory: string, random: Random, verdict: Verdict): Promise<PlacedFile[]> {
  const stop = new AbortController();
  const options = resolveSaveOptions({ directory, limits: FUZZ_LIMITS, env: {} });
  const run = await openRun(client, options, new Set([archive.key]), stop);
  try {
    const source = createMemorySource(bytes, random);
    const { files, failed } = await saveEntries(archive, source, { run, pool: run.diskPool });
    for (const { entry, error } of failed) {
      verdict.reasons.push(error.message.includes('unexpected end of file') ? 'no-end' : (error.reason ?? error.code));
      if (error.code !== 'ARCHIVE_ERROR')
        verdict.findings.push(`${JSON.stringify(entry)} failed with ${error.code}: ${error.message}`);
    }
    verdict.isAccepted = failed.length === 0;
    verdict.files = files.filter(({ presence }) => presence !== 'missing');
    return placedFiles(files, run);
  } catch (error) {
    noteError(verdict, 'the archive', error);
    return placedFiles(run.saved.filesOf(archive.key), run);
  } finally {
    await run.close();
  }
}

/** Returns the files that are reported as present, with their final path as `plainPath`. */
function placedFiles(files: readonly PlacedFile[], { saved }: Run): PlacedFile[] {
  return files
    .filter(({ presence }) => presence !== 'missing')
    .map((file) => ({ ...file, plainPath: saved.pathOf(file) }));
}

/** Checks that the files on disk are exactly the reported ones, with the size and CRC-32 of their entries. */
async function inspect(
  folder: string,
  directory: string,
  present: readonly PlacedFile[],
  { findings }: Verdict,
): Promise<void> {
  const outside = (await readdir(folder)).filter((name) => name !== 'inside');
  if (outside.length > 0) findings.push(`wrote outside of the directory: ${outside.join(', ')}`);
  const expected = new Map(present.map((file) => [file.plainPath, file]));
  let total = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(directory, path).split(sep).join('/');
    if (entry.isDirectory() || name === '.scenario-downloads/journal.jsonl') continue;
    const file = expected.get(name);
    expected.delete(name);
    if (!entry.isFile() || file === undefined) {
      findings.push(`left ${JSON.stringify(name)} behind, which no entry is`);
      continue;
    }
    const data = await readFile(path);
    total += data.length;
    if (data.length !== file.bytes || crc32(data) !== file.crc32)
      findings.push(`saved ${JSON.stringify(name)} with bytes that are not its own`);
  }
  for (const name of expected.keys()) findings.push(`reported ${JSON.stringify(name)}, which is not there`);
  if (total > FUZZ_LIMITS.totalBytes) findings.push(`wrote ${total} bytes, more than the limit`);
}
