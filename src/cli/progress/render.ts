import { countOf, formatBytes, formatCount, formatWholeSeconds } from '../numbers.js';
import type { Progress } from './progress-state.js';

/** One part of a line, and how soon it goes when there is no room: those with the highest number first. */
interface Part {
  text: string;
  drop: number;
}

const BAR_WIDTH = 20;
const GAP = '  ';

/**
 * The one line that a terminal shows. What matters least is left out until it fits.
 *
 * @param width in columns
 * @param color whether escape sequences may be in it; they take no room
 */
export function renderLive(progress: Progress, width: number, color: boolean): string {
  // A line that fills the last column makes some terminals begin a new one.
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

/** The line that a log gets every few seconds. */
export function renderLine(progress: Progress): string {
  // It is drawn as soon as the first file was looked at.
  if (progress.phase === 'checking' && progress.files.done <= 1) return 'checking what is there already';
  const others = partsOf(progress, true).filter(({ drop }) => drop !== DROP.phase && drop !== DROP.bar);
  return [`${progress.phase}: ${others[0]?.text ?? ''}`, ...others.slice(1).map(({ text }) => text)].join(', ');
}

const DROP = { phase: 0, waitingFor: 1, files: 2, failed: 3, batches: 4, timeLeft: 5, bytes: 6, rate: 7, bar: 8 };

/** @param wide with a bar, and in whole words */
function partsOf({ phase, batches, files, bytes, rate, secondsLeft, waitingFor }: Progress, wide: boolean): Part[] {
  const { received, expected } = bytes;
  const of = wide ? ' of ' : '/';
  const parts: (Part | undefined)[] = [
    // All of the same width, so that what follows stays where it is.
    { text: phase.padEnd('checking'.length), drop: DROP.phase },
    // Of the bytes, only those of the archives that were opened are known.
    wide && received > 0 && files.total !== undefined
      ? { text: bar(files.done / Math.max(1, files.total)), drop: DROP.bar }
      : undefined,
    // While an earlier run's files are looked at, nobody has been asked for any batch.
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
