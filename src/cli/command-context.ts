import type { Readable } from 'node:stream';
import type { Environment } from '../node/http/proxy-for.js';
import type { Output } from './output.js';

/** What a command works with. */
export interface CommandContext {
  output: Output;
  stdin: Readable;
  /** The environment, with the variables of `--env-file` in it. */
  env: Environment;
  /** Aborts when the command is interrupted. */
  signal: AbortSignal;
  /** The arguments of the process, to tell how to go on. */
  argv: readonly string[];
  /** Aborts when nobody reads standard output any more. */
  outputClosed: AbortSignal;
}
