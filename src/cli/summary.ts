import { resolve } from 'node:path';
import type { SaveReport } from '../node/report/report.js';
import { attentionOf, type AttentionContext } from './attention.js';
import { countOf, formatBytes, formatCount, formatSeconds } from './numbers.js';

/** How many lines of one kind are shown; the others are only counted. */
const MAX_ITEMS = 5;

/**
 * Returns the lines of the final summary: files, bytes, seconds and folder, then what needs attention and how to
 * proceed. With `--quiet`, it only lists what is missing or has failed.
 */
export function summarize(report: SaveReport, context: AttentionContext): string[] {
  const { quiet = false } = context.options;
  const groups = attentionOf(report, context).filter(({ isError }) => isError || !quiet);
  const lines = quiet ? [] : [headline(report, context), ...unasked(report, context)];
  for (const { label, items, commands } of groups) {
    for (const item of items.slice(0, MAX_ITEMS)) lines.push(`${label}: ${item}`);
    if (items.length > MAX_ITEMS)
      lines.push(`${label}: ${formatCount(items.length - MAX_ITEMS)} more; --json lists all`);
    for (const [at, { what, line }] of commands.entries()) {
      if (what !== commands[at - 1]?.what) lines.push(`  ${what}`);
      if (line !== undefined) lines.push(`    ${line}`);
    }
  }
  return lines;
}

/** Returns a note if everything was already present. New assets of a model or an inference remain unnoticed then. */
function unasked(report: SaveReport, { selection }: AttentionContext): string[] {
  const { inferenceIds, modelIds } = selection.ids;
  const { files, receivedBytes } = report.totals;
  if (!report.ok || files === 0 || receivedBytes > 0) return [];
  if ([...inferenceIds, ...modelIds].length === 0) return [];
  return ['The API was not asked: what was generated since then comes with --force.'];
}

/** Returns the folder as the user gave it, but resolves `.` and `..`, which would be confusing in a sentence. */
function nameOfFolder(out: string): string {
  return /(^|[\\/])\.{1,2}[\\/]?$/.test(out) ? resolve(out) : out;
}

function headline(report: SaveReport, { options }: AttentionContext): string {
  const { include, exclude } = options;
  const out = nameOfFolder(options.out);
  const { files, bytes, seconds } = report.totals;
  const present = new Set(report.skipped.filter(({ reason }) => reason === 'present').map(({ path }) => path));
  const took = formatSeconds(seconds);
  const excluded = report.skipped.length - present.size;
  const filters = [include && '--include', exclude && '--exclude'].filter((option) => option !== undefined);
  if (files === 0 && excluded > 0) {
    return `Nothing was saved: ${filters.join(' and ')} left out all of ${countOf(excluded, 'file')}.`;
  }
  if (files === 0) return 'Nothing was saved.';
  if (present.size === 0) return `Saved ${countOf(files, 'file')} (${formatBytes(bytes)}) in ${took} into ${out}.`;
  if (present.size === files) {
    const all = `${files === 1 ? 'The one file' : `All ${countOf(files, 'file')}`} (${formatBytes(bytes)})`;
    return `${all} ${wereIntact(files, ` in ${out}`)}; checked in ${took}.`;
  }
  let newBytes = 0;
  for (const batch of report.batches)
    for (const file of batch.files) newBytes += present.has(file.path) ? 0 : file.bytes;
  const saved = `Saved ${countOf(files - present.size, 'file')} (${formatBytes(newBytes)}) in ${took} into ${out}`;
  return `${saved}; ${formatCount(present.size)} more ${wereIntact(present.size, ' there')}.`;
}

function wereIntact(count: number, where: string): string {
  return count === 1 ? `was${where} already and is intact` : `were${where} already and are intact`;
}
