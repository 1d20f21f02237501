import { countOf, formatBytes, formatCount, formatWholeSeconds } from '../numbers.js';
import type { Progress } from './progress-state.js';

/** One part of a line. If the line is too long, the parts with the highest `drop` are removed first. */
interface Part {
  text: string;
  drop: number;
}

const BAR_WIDTH = 20;
const GAP = '  ';

/**
 * Renders the line that a terminal shows. The least important parts are left out until it fits.
 *
 * @param width in columns
 * @param color whether to add escape sequences for color, which take no columns
 */
export function renderLive(progress: Progress, width: number, color: boolean): string {
  // Some terminals start a new line when the last column is filled.
  const room = Math.max(1, width - 1);
  let parts = partsOf(progress, true);
  if (lengthOf(parts) > room) parts = partsOf(progress, false);
  while (parts.length > 1 && lengthOf(parts) > room) {
    const first = Math.max(...parts.map(({ drop }) => drop));
    parts = parts.filter(({ drop }) => drop !== first);
  }
  const line = parts
    .map(({ text }) => text)
    .join(GAP)
    .trimEnd()
    .slice(0, room);
  return color ? line.replace(/^\S+/, (phase) => `\u001B[36m${phase}\u001B[39m`) : line;
}

/** Renders the line that is written to a log every few seconds. */
export function renderLine(progress: Progress): string {
  // The first line is written after the first file has been checked, when a count would say nothing yet.
  if (progress.phase === 'checking' && progress.files.done <= 1) return 'checking what is there already';
  const others = partsOf(progress, true).filter(({ drop }) => drop !== DROP.phase && drop !== DROP.bar);
  return [`${progress.phase}: ${others[0]?.text ?? ''}`, ...others.slice(1).map(({ text }) => text)].join(', ');
}

const DROP = { phase: 0, waitingFor: 1, files: 2, failed: 3, batches: 4, timeLeft: 5, bytes: 6, rate: 7, bar: 8 };

/** @param wide whether to include the bar and to use whole words */
function partsOf({ phase, batches, files, bytes, rate, secondsLeft, waitingFor }: Progress, wide: boolean): Part[] {
  const { received, expected } = bytes;
  const of = wide ? ' of ' : '/';
  const parts: (Part | undefined)[] = [
    // Padded to the same width, so that the following parts do not move.
    { text: phase.padEnd('checking'.length), drop: DROP.phase },
    // The bar counts files, because the bytes are only known for archives that are already open.
    wide && received > 0 && files.total !== undefined
      ? { text: bar(files.done / Math.max(1, files.total)), drop: DROP.bar }
      : undefined,
    // No batch has been requested while the files of an earlier run are checked.
    batches.total > 0 && phase !== 'checking'
      ? {
          text: `${formatCount(batches.ready)}${of}${countOf(batches.total, 'batch', 'batches')}${wide ? ' ready' : ''}`,
          drop: DROP.batches,
        }
      : undefined,
    files.total === undefined && files.done === 0 ? undefined : { text: filesText(files, of), drop: DROP.files },
    files.failed > 0 ? { text: `${formatCount(files.failed)} failed`, drop: DROP.failed } : undefined,
    received > 0 ? { text: bytesText(received, expected, of), drop: DROP.bytes } : undefined,
    rate === undefined ? undefined : { text: `${formatBytes(rate)}/s`, drop: DROP.rate },
    secondsLeft === undefined
      ? undefined
      : { text: `${formatWholeSeconds(Math.ceil(secondsLeft))} left`, drop: DROP.timeLeft },
    waitingFor === undefined ? undefined : { text: waitingFor, drop: DROP.waitingFor },
  ];
  return parts.filter((part) => part !== undefined);
}

function filesText({ done, total }: Progress['files'], of: string): string {
  return total === undefined ? countOf(done, 'file') : `${formatCount(done)}${of}${countOf(total, 'file')}`;
}

function bytesText(received: number, expected: number, of: string): string {
  return expected > received ? `${formatBytes(received)}${of}${formatBytes(expected)}` : formatBytes(received);
}

function bar(share: number): string {
  const filled = Math.round(Math.min(1, share) * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`;
}

function lengthOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { text }) => sum + text.length + GAP.length, -GAP.length);
}
