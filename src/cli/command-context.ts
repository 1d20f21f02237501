import type { Readable } from 'node:stream';
import type { Environment } from '../node/http/proxy-for.js';
import type { Output } from './output.js';

/** What a run has saved so far, for the error report of a run that does not finish. */
export interface SavedSoFar {
  files: number;
  bytes: number;
  /** Time since the command began. */
  readonly seconds: number;
}

/** What every command gets besides its own arguments. */
export interface CommandContext {
  output: Output;
  stdin: Readable;
  /** The environment, including the variables of `--env-file`. */
  env: Environment;
  /** Aborts when the command is interrupted. */
  signal: AbortSignal;
  /** The name that the command was called by, for command lines shown to the user. */
  name: string;
  argv: readonly string[];
  /** Aborts when the reader of standard output has closed the pipe. */
  outputClosed: AbortSignal;
  /** Kept up to date by a command that saves files. */
  saved: SavedSoFar;
}
