import { formatBytes, formatCount, formatSeconds } from '../numbers.js';
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
  let parts = partsOf(progress);
  // A line that fills the last column makes some terminals begin a new one.
  const room = Math.max(1, width - 1);
  while (parts.length > 1 && lengthOf(parts) > room) {
    const first = Math.max(...parts.map(({ drop }) => drop));
    parts = parts.filter(({ drop }) => drop !== first);
  }
  const line = parts.map(({ text }) => text).join(GAP);
  if (line.length > room) return line.slice(0, room);
  return color ? line.replace(/^\S+/, (phase) => `\u001B[36m${phase}\u001B[39m`) : line;
}

/** The line that a log gets every few seconds. */
export function renderLine(progress: Progress): string {
  const [phase, ...others] = partsOf(progress).filter(({ drop }) => drop !== DROP.bar);
  return `${phase?.text.trim() ?? ''}: ${others.map(({ text }) => text).join(', ')}`;
}

const DROP = { phase: 0, files: 1, waitingFor: 2, batches: 3, timeLeft: 4, bytes: 5, failed: 2.5, rate: 6, bar: 7 };

function partsOf({ phase, batches, files, bytes, rate, secondsLeft, waitingFor }: Progress): Part[] {
  const { received, expected } = bytes;
  const parts: (Part | undefined)[] = [
    // All of the same width, so that what follows stays where it is.
    { text: phase.padEnd('downloading'.length), drop: DROP.phase },
    received > 0 && expected > 0 ? { text: bar(received / expected), drop: DROP.bar } : undefined,
    batches.total > 0
      ? { text: `${formatCount(batches.ready)}/${formatCount(batches.total)} batches ready`, drop: DROP.batches }
      : undefined,
    { text: filesText(files), drop: DROP.files },
    files.failed > 0 ? { text: `${formatCount(files.failed)} failed`, drop: DROP.failed } : undefined,
    received > 0 ? { text: bytesText(received, expected), drop: DROP.bytes } : undefined,
    rate === undefined ? undefined : { text: `${formatBytes(rate)}/s`, drop: DROP.rate },
    secondsLeft === undefined
      ? undefined
      : { text: `${formatSeconds(Math.max(1, Math.round(secondsLeft)))} left`.replace('.0 s', ' s'), drop: DROP.timeLeft },
    waitingFor === undefined ? undefined : { text: waitingFor, drop: DROP.waitingFor },
  ];
  return parts.filter((part) => part !== undefined);
}

function filesText({ done, total }: Progress['files']): string {
  if (total === undefined) return `${formatCount(done)} files`;
  return `${formatCount(done)}/${formatCount(total)} files`;
}

function bytesText(received: number, expected: number): string {
  return expected > received ? `${formatBytes(received)} of ${formatBytes(expected)}` : formatBytes(received);
}

function bar(share: number): string {
  const filled = Math.round(Math.min(1, share) * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`;
}

function lengthOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { text }) => sum + text.length + GAP.length, -GAP.length);
}
