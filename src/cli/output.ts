import type { Writable } from 'node:stream';
import { createScrubber } from './scrub.js';
import { visible } from './visible.js';

/** Where the command writes. Results go to standard output, everything else to standard error. */
export interface Output {
  /** A line of the result, as it is. */
  result: (line: string) => void;
  /** A result as JSON, on one line, without secrets and without the query of any URL. */
  document: (value: unknown) => void;
  /** A line for people, without secrets, without the query of any URL, and without what would steer a terminal. */
  note: (line: string) => void;
  /** The same for a text of many lines. */
  notes: (text: string) => void;
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
}

/** A stream that may be a terminal. */
export type TerminalStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** @param secrets what must never be shown; asked each time, since they become known later */
export function createOutput(
  { stdout, stderr }: { stdout: TerminalStream; stderr: TerminalStream },
  secrets: () => readonly (string | undefined)[],
): Output {
  const scrub = createScrubber(secrets);
  const note = (line: string) => void stderr.write(`${visible(scrub(line))}\n`);
  return {
    stdout,
    stderr,
    result: (line) => void stdout.write(`${line}\n`),
    document: (value) => void stdout.write(`${scrub(JSON.stringify(value))}\n`),
    note,
    notes: (text) => text.split('\n').forEach(note),
  };
}
