import { InvalidArgumentError, Option, type Command } from 'commander';
import { DEFAULT_CONCURRENCY, DEFAULT_TIMEOUT_MS, MAX_WAIT_MS } from '../limits.js';
import { MAX_CONNECTIONS } from '../node/transfer/connections.js';
import { matcherOf } from './globs.js';
import { DEFAULT_FILE_NAME_TEMPLATE, TARGET_FORMATS, type TargetFormat } from '../types.js';

/** The folder that `get` saves into by default. */
export const DEFAULT_DIRECTORY = 'scenario-downloads';

/** The options of every command that calls the API. */
export interface ApiOptions {
  envFile?: string;
  debug?: boolean;
}

/** The options that select assets and control batches. */
export interface BatchOptions extends ApiOptions {
  inference?: string[];
  model?: string[];
  from?: string[];
  template?: string;
  flat?: boolean;
  format?: TargetFormat;
  concurrency?: number;
  timeout?: number;
  quiet?: boolean;
}

/** The largest value that `timeoutMs` accepts, in seconds. */
export const MAX_TIMEOUT_SECONDS = MAX_WAIT_MS / 1000;
export const DEFAULT_TIMEOUT_SECONDS = DEFAULT_TIMEOUT_MS / 1000;
const MAX_PORT = 65_535;

/** Adds the argument and the options that select assets. */
export function addSelection(command: Command): Command {
  return command
    .argument('[assetId...]', 'assets by their ids')
    .optionsGroup('What to ask for:')
    .option('--inference <id>', 'every asset of this inference; may be repeated', collect)
    .option('--model <id>', 'every asset of this model; may be repeated', collect)
    .option('--from <file>', 'ids from a file, or - for standard input: lines, JSON lines or a JSON array', collect);
}

/** Adds the options that tell the server how to name, place and convert the files. */
export function addFileOptions(command: Command): Command {
  return command
    .option('--template <template>', `how files are named (default: ${DEFAULT_FILE_NAME_TEMPLATE})`, parseText)
    .option('--flat', 'no folders')
    .addOption(
      new Option('--format <format>', 'convert each asset, with a request of its own; asset ids only').choices(
        TARGET_FORMATS,
      ),
    );
}

/** Adds the options for concurrency and timeouts. */
export function addPaceOptions(command: Command): Command {
  return command
    .optionsGroup('How fast, and how long:')
    .option('--concurrency <n>', `how many jobs at once (default: ${DEFAULT_CONCURRENCY})`, parseInteger(1, 1000))
    .option(
      '--timeout <seconds>',
      `how long to wait for one job (default: ${DEFAULT_TIMEOUT_SECONDS})`,
      parseInteger(1, MAX_TIMEOUT_SECONDS),
    );
}

export function addApiOptions(command: Command): Command {
  return command
    .optionsGroup('Options:')
    .option('--env-file <file>', 'read variables from a file; they win over those of the environment', parseValue)
    .option('--debug', 'show the stack of an error');
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, parseValue(value)];
}

export const parsePort = parseInteger(0, MAX_PORT);
export const parseConnections = parseInteger(1, MAX_CONNECTIONS);

function parseInteger(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}.`);
  };
}

/** Rejects an empty value and one that looks like an option. */
export function parseText(text: string): string {
  if (text !== '') return parseValue(text);
  throw new InvalidArgumentError('It must not be empty.');
}

/**
 * Rejects a value that looks like an option: if a value is missing or an unquoted shell variable is empty, the parser
 * takes the next option for it.
 */
function parseValue(text: string): string {
  if (!text.startsWith('--')) return text;
  throw new InvalidArgumentError('It begins as an option does: is the value missing?');
}

/** Adds a glob to the earlier ones. An unbalanced bracket is an error here, because it would silently match nothing. */
export function collectGlobs(glob: string, previous: string[] = []): string[] {
  parseText(glob);
  try {
    matcherOf([glob]);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? `${error.message}.`.replace(/\.\.$/, '.') : String(error));
  }
  return [...previous, glob];
}
