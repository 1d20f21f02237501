import type { Writable } from 'node:stream';
import { createScrubber } from './scrub.js';
import { visible } from './visible.js';

/** Writes results to standard output and everything else to standard error. */
export interface Output {
  /** Writes a line of the result unchanged. */
  result: (line: string) => void;
  /** Writes a result as one line of JSON, without secrets and without the query of any URL. */
  document: (value: unknown) => void;
  /** Writes a line for people, without secrets, without the query of any URL, and with control characters escaped. */
  note: (line: string) => void;
  /** Writes each line of a text as `note` does. */
  notes: (text: string) => void;
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
}

/** A stream that may be a terminal. */
export type TerminalStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/**
 * Creates the output of the command.
 *
 * @param secrets returns what must never be shown; called for every text, because an env file may add secrets later
 */
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
