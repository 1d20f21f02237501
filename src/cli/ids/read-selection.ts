import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { usageError } from '../command-error.js';
import { problemWithId, type IdKind } from './id-record.js';
import { readIds } from './read-ids.js';

/** The ids that the command line selects. */
export interface SelectionOptions {
  /** The operands of the command. */
  assetIds: readonly string[];
  inference?: readonly string[];
  model?: readonly string[];
  /** Files; `-` is standard input. */
  from?: readonly string[];
}

/** A selection for `saveAll` without duplicates, and information about the duplicates. */
export interface CommandSelection {
  ids: Record<IdKind, string[]>;
  /** How many ids were dropped because they had been given before. */
  duplicates: number;
  /** The first distinct duplicates, at most `MAX_EXAMPLES` + 1: the last one tells that there are more to name. */
  duplicateExamples: string[];
}

/** How many duplicate ids a message names. */
export const MAX_EXAMPLES = 3;
/** Why a file cannot be read, by error code, for errors whose system message is not clear to users. */
const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
};

/**
 * Collects the ids of a command line.
 *
 * @param stdin read for `--from -`
 * @throws {CommandError} when there is no id, an id is invalid, or a file cannot be read
 */
export async function readSelectionOptions(
  options: SelectionOptions,
  stdin: Readable,
  signal: AbortSignal,
): Promise<CommandSelection> {
  const seen = { assetIds: new Set<string>(), inferenceIds: new Set<string>(), modelIds: new Set<string>() };
  let duplicates = 0;
  const duplicateExamples: string[] = [];
  const take = (kind: IdKind, id: string) => {
    const set = seen[kind];
    const before = set.size;
    if (set.add(id).size > before) return;
    duplicates++;
    if (duplicateExamples.length <= MAX_EXAMPLES && !duplicateExamples.includes(id)) duplicateExamples.push(id);
  };
  const takeArguments = (kind: IdKind, name: string, values: readonly string[]) => {
    for (const id of values) {
      const problem = problemWithId(id);
      if (problem === undefined) {
        take(kind, id);
        continue;
      }
      const advice = id === '-' ? 'Standard input is --from -.' : 'Give each id as an argument of its own.';
      throw usageError(`${name} ${problem}.`, advice);
    }
  };

  takeArguments('assetIds', 'An asset id', options.assetIds);
  takeArguments('inferenceIds', '--inference', options.inference ?? []);
  takeArguments('modelIds', '--model', options.model ?? []);
  const from = options.from ?? [];
  for (const file of new Set(from)) {
    await readIds(open(file, stdin, signal), nameOf(file), take);
  }
  // Arrays take less memory than sets of a million ids.
  const ids = { assetIds: [...seen.assetIds], inferenceIds: [...seen.inferenceIds], modelIds: [...seen.modelIds] };
  if (ids.assetIds.length + ids.inferenceIds.length + ids.modelIds.length > 0) {
    return { ids, duplicates, duplicateExamples };
  }
  throw usageError(
    from.length > 0 ? `There is no id in ${from.map(nameOf).join(', ')}.` : 'Nothing is selected.',
    'Name asset ids, or use --inference ID, --model ID, or --from FILE.',
  );
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}

async function* open(file: string, stdin: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stream = file === '-' ? stdin : createReadStream(file);
  const onAbort = () => stream.destroy(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    yield* stream as AsyncIterable<Uint8Array>;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Error && 'code' in error)) throw error;
    const reason = REASONS[String(error.code)] ?? error.message;
    throw usageError(`--from ${file} cannot be read: ${reason}.`, 'Name a file with ids, or - for standard input.', {
      cause: error,
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
