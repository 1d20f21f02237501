import { InvalidInputError } from './errors.js';
import { problemWithId, requireInteger, show } from './require.js';
import { DEFAULT_FILE_NAME_TEMPLATE, MAX_BATCH_SIZE, type DownloadRequestBatchBody } from './types.js';

/** Which assets are wanted: the union of the three. Each is read once. */
export interface Selection {
  /** Assets by their own ids. */
  assetIds?: Iterable<string> | undefined;
  /** Every asset that came out of these inferences. */
  inferenceIds?: Iterable<string> | undefined;
  /** Every asset that was made with these models. */
  modelIds?: Iterable<string> | undefined;
}

/** One archive to ask for: the body of `downloadRequestBatch`. Plain JSON, without secrets and URLs. */
export type Batch = DownloadRequestBatchBody;

export interface PlanOptions {
  /** How many ids a batch holds at most: 1 to 1000, which is the default. */
  batchSize?: number | undefined;
  /**
   * How files are named in the archive. Default `<generator>-<prompt>-<num>-<seed>`, the example of the spec, with all
   * the placeholders that there are.
   */
  fileNameTemplate?: string | undefined;
  /** Whether the archive has no folders. Default: the server's. */
  flat?: boolean | undefined;
}

type Kind = 'assetIds' | 'inferenceIds' | 'modelIds';
const KINDS: readonly Kind[] = ['assetIds', 'inferenceIds', 'modelIds'];

/**
 * Cuts a selection into batches for `downloadRequestBatch`. Ids keep their order and lose their duplicates. Asset ids
 * fill batches to the limit. Inference and model ids, which stand for nobody knows how many assets, go out together.
 *
 * @throws {InvalidInputError} for an empty selection, an unusable id, or a batch size out of range
 */
export function planBatches(selection: Selection, options: PlanOptions = {}): Batch[] {
  const batchSize = requireInteger('batchSize', options.batchSize ?? MAX_BATCH_SIZE, 1, MAX_BATCH_SIZE);
  const fileNameTemplate = options.fileNameTemplate ?? DEFAULT_FILE_NAME_TEMPLATE;
  if (typeof fileNameTemplate !== 'string' || fileNameTemplate === '') {
    throw new InvalidInputError(
      `fileNameTemplate must be a string with something in it, but is ${show(fileNameTemplate)}.`,
    );
  }
  const wireOptions = options.flat === undefined ? { fileNameTemplate } : { fileNameTemplate, flat: options.flat };
  const ids = readSelection(selection);

  const batches: Batch[] = [];
  for (let at = 0; at < ids.assetIds.length; at += batchSize) {
    const assetIds = ids.assetIds.slice(at, at + batchSize);
    batches.push({ options: { ...wireOptions }, query: { assetIds, inferenceIds: [], modelIds: [] } });
  }
  const sources = ids.inferenceIds.length + ids.modelIds.length;
  for (let at = 0; at < sources; at += batchSize) {
    batches.push({ options: { ...wireOptions }, query: sliceSources(ids, at, at + batchSize) });
  }
  return batches;
}

/**
 * The two halves of a batch that the server finds too large; undefined for a batch of a single id, which cannot be cut.
 */
export function splitBatch({ options, query }: Batch): [Batch, Batch] | undefined {
  const assets = query.assetIds.length;
  const total = assets + query.inferenceIds.length + query.modelIds.length;
  if (total < 2) return undefined;
  const middle = Math.ceil(total / 2);
  const part = (from: number, to: number): Batch => ({
    options: { ...options },
    query: {
      ...sliceSources(query, Math.max(0, from - assets), Math.max(0, to - assets)),
      assetIds: query.assetIds.slice(from, to),
    },
  });
  return [part(0, middle), part(middle, total)];
}

/** The inference ids and the model ids as one list, cut out of it. */
function sliceSources(ids: Record<Kind, string[]>, from: number, to: number): Batch['query'] {
  const inferences = ids.inferenceIds.length;
  return {
    assetIds: [],
    inferenceIds: ids.inferenceIds.slice(from, to),
    modelIds: ids.modelIds.slice(Math.max(0, from - inferences), Math.max(0, to - inferences)),
  };
}

/**
 * Reads and checks a selection.
 *
 * @throws {InvalidInputError} when it is empty, or something in it cannot be used
 */
export function readSelection(selection: Selection): Record<Kind, string[]> {
  for (const key of Object.keys(selection)) {
    if (KINDS.includes(key as Kind)) continue;
    throw new InvalidInputError(`A selection has no ${show(key)}; it has ${KINDS.join(', ')}.`);
  }
  const ids = {
    assetIds: uniqueIds('assetIds', selection.assetIds),
    inferenceIds: uniqueIds('inferenceIds', selection.inferenceIds),
    modelIds: uniqueIds('modelIds', selection.modelIds),
  };
  if (KINDS.every((kind) => ids[kind].length === 0)) {
    throw new InvalidInputError('The selection is empty. Give at least one asset id, inference id or model id.');
  }
  return ids;
}

function uniqueIds(kind: Kind, ids: Iterable<string> = []): string[] {
  // A string is iterable too, letter by letter, which nobody means.
  if (typeof ids === 'string' || typeof (ids as Partial<Iterable<string>>)[Symbol.iterator] !== 'function') {
    throw new InvalidInputError(`${kind} must be a list of ids, but is ${show(ids)}.`);
  }
  const unique = new Set<string>();
  let position = 0;
  for (const id of ids) {
    const problem = problemWithId(id);
    if (problem !== undefined) throw new InvalidInputError(`${kind}[${position}] ${problem}`);
    unique.add(id);
    position++;
  }
  return [...unique];
}
