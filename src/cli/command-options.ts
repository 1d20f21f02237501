import { InvalidArgumentError, Option, type Command } from 'commander';
import { DEFAULT_CONCURRENCY, DEFAULT_TIMEOUT_MS, MAX_WAIT_MS } from '../limits.js';
import { MAX_CONNECTIONS } from '../node/transfer/connections.js';
import { matcherOf } from './globs.js';
import { DEFAULT_FILE_NAME_TEMPLATE, TARGET_FORMATS, type TargetFormat } from '../types.js';

/** Where `get` saves when it is not told. */
export const DEFAULT_DIRECTORY = 'scenario-downloads';

/** The options that every command has that talks to the API. */
export interface ApiOptions {
  envFile?: string;
  debug?: boolean;
}

/** The options that choose assets and batches. */
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

/** What `timeoutMs` takes, in seconds. */
export const MAX_TIMEOUT_SECONDS = MAX_WAIT_MS / 1000;
export const DEFAULT_TIMEOUT_SECONDS = DEFAULT_TIMEOUT_MS / 1000;
const MAX_PORT = 65_535;

/** Everything about the assets that are asked for. */
export function addSelection(command: Command): Command {
  return command
    .argument('[assetId...]', 'assets by their ids')
    .optionsGroup('What to ask for:')
    .option('--inference <id>', 'every asset of this inference; may be repeated', collect)
    .option('--model <id>', 'every asset of this model; may be repeated', collect)
    .option('--from <file>', 'ids from a file, or - for standard input: lines, JSON lines or a JSON array', collect);
}

/** Everything that the server does with the files. */
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

/** Everything about how much is done at once, and how long. */
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

/** For options whose value may be anything, but not nothing. */
export function parseText(text: string): string {
  if (text !== '') return parseValue(text);
  throw new InvalidArgumentError('It must not be empty.');
}

/** Whoever leaves a value out, or has an empty variable of the shell there, gives the next option in its place. */
function parseValue(text: string): string {
  if (!text.startsWith('--')) return text;
  throw new InvalidArgumentError('It begins as an option does: is the value missing?');
}

/** Globs, one after another. A bracket that is never closed would match nothing, and say nothing. */
export function collectGlobs(glob: string, previous: string[] = []): string[] {
  parseText(glob);
  try {
    matcherOf([glob]);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? `${error.message}.`.replace(/\.\.$/, '.') : String(error));
  }
  return [...previous, glob];
}
