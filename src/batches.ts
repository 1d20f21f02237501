import { InvalidInputError } from './errors.js';
import { mustBe, requireId, requireInteger, show } from './require.js';
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

/** How {@link planBatches} cuts a selection, and what every batch of it asks for. */
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
type Ids = Record<Kind, string[]>;

const idsOf = (listOf: (kind: Kind) => string[]): Ids => ({
  assetIds: listOf('assetIds'),
  inferenceIds: listOf('inferenceIds'),
  modelIds: listOf('modelIds'),
});

/**
 * Cuts a selection into batches for `downloadRequestBatch`. Ids keep their order and lose their duplicates. Asset ids
 * fill batches to the limit. Inference and model ids, which stand for nobody knows how many assets, go out together.
 *
 * @throws {InvalidInputError} for an empty selection, an unusable id, or a batch size out of range
 */
export function planBatches(selection: Selection, options: PlanOptions = {}): Batch[] {
  const { batchSize = MAX_BATCH_SIZE, fileNameTemplate = DEFAULT_FILE_NAME_TEMPLATE, flat } = options;
  requireInteger('batchSize', batchSize, 1, MAX_BATCH_SIZE);
  if (typeof fileNameTemplate !== 'string' || !fileNameTemplate) {
    throw mustBe('fileNameTemplate', 'a string that is not empty', fileNameTemplate);
  }
  const ids = readSelection(selection);
  const wireOptions = { fileNameTemplate, ...(flat !== undefined && { flat }) };

  const batches: Batch[] = [];
  const assets = ids.assetIds.length;
  const total = countIds(ids);
  for (let at = 0; at < total;) {
    // A batch has assets, or what stands for some: not both, because only the size of the former is known.
    const end = Math.min(at + batchSize, at < assets ? assets : total);
    batches.push(cut(ids, wireOptions, at, end));
    at = end;
  }
  return batches;
}

/**
 * The two halves of a batch that the server finds too large; undefined for a batch of a single id, which cannot be cut.
 */
export function splitBatch({ options, query }: Batch): [Batch, Batch] | undefined {
  const total = countIds(query);
  if (total < 2) return undefined;
  const middle = Math.ceil(total / 2);
  return [cut(query, options, 0, middle), cut(query, options, middle, total)];
}

function countIds({ assetIds, inferenceIds, modelIds }: Ids): number {
  return assetIds.length + inferenceIds.length + modelIds.length;
}

/** A batch of a part of the ids, which count as one list: assets, then inferences, then models. */
function cut(ids: Ids, options: Batch['options'], from: number, to: number): Batch {
  let offset = 0;
  const query = idsOf((kind) => {
    const start = offset;
    offset += ids[kind].length;
    return ids[kind].slice(Math.max(0, from - start), Math.max(0, to - start));
  });
  return { options: { ...options }, query };
}

/**
 * Reads and checks a selection.
 *
 * @throws {InvalidInputError} when it is empty, or something in it cannot be used
 */
export function readSelection(selection: Selection): Ids {
  const ids = idsOf((kind) => uniqueIds(kind, selection[kind]));
  const kinds = Object.keys(ids);
  const unknown = Object.keys(selection).find((key) => !kinds.includes(key));
  if (unknown !== undefined) {
    throw new InvalidInputError(`A selection has no ${show(unknown)}; it has ${kinds.join(', ')}.`);
  }
  if (countIds(ids) === 0) throw new InvalidInputError('The selection is empty: add an id.');
  return ids;
}

function uniqueIds(kind: Kind, ids: Iterable<string> = []): string[] {
  // A string is iterable too, letter by letter, which nobody means.
  if (typeof ids === 'string' || typeof (ids as Partial<Iterable<string>>)[Symbol.iterator] !== 'function') {
    throw mustBe(kind, 'a list of ids', ids);
  }
  const unique = new Set<string>();
  let position = 0;
  for (const id of ids) unique.add(requireId(kind, id, position++));
  return [...unique];
}
