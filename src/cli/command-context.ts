import type { Readable } from 'node:stream';
import type { Environment } from '../node/http/proxy-for.js';
import type { Output } from './output.js';

/** What a run has saved by now, for whoever has to report on one that does not come to its end. */
export interface SavedSoFar {
  files: number;
  bytes: number;
  /** Since the command began. */
  readonly seconds: number;
}

/** What a command works with. */
export interface CommandContext {
  output: Output;
  stdin: Readable;
  /** The environment, with the variables of `--env-file` in it. */
  env: Environment;
  /** Aborts when the command is interrupted. */
  signal: AbortSignal;
  /** How the command was called, to tell how to go on. */
  name: string;
  argv: readonly string[];
  /** Aborts when nobody reads standard output any more. */
  outputClosed: AbortSignal;
  /** Kept up to date by a command that saves files. */
  saved: SavedSoFar;
}
