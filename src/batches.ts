import { InvalidInputError } from './errors.js';
import { requireId, requireInteger, requireList, requireOneOf } from './require.js';
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

type Ids = Batch['query'];
type Kind = keyof Ids;

/**
 * Cuts a selection into batches for `downloadRequestBatch`. Ids keep their order and lose their duplicates. Asset ids
 * fill batches to the limit. Inference and model ids, which stand for nobody knows how many assets, go out together.
 *
 * @throws {InvalidInputError} for an empty selection, an unusable id, or a batch size out of range
 */
export function planBatches(
  selection: Selection,
  { batchSize = MAX_BATCH_SIZE, fileNameTemplate = DEFAULT_FILE_NAME_TEMPLATE, flat }: PlanOptions = {},
): Batch[] {
  requireInteger('batchSize', batchSize, 1, MAX_BATCH_SIZE);
  requireId('fileNameTemplate', fileNameTemplate);
  const ids = readSelection(selection);
  const assets = ids.assetIds.length;
  const total = countIds(ids);

  const batches: Batch[] = [];
  for (let at = 0; at < total;) {
    // A batch has assets, or what stands for some: not both, because only the size of the former is known.
    const end = Math.min(at + batchSize, at < assets ? assets : total);
    batches.push(cut({ fileNameTemplate, ...(flat !== undefined && { flat }) }, ids, at, end));
    at = end;
  }
  return batches;
}

/**
 * The two halves of a batch that the server finds too large; undefined for a batch of a single id, which cannot be cut.
 */
export function splitBatch({ options, query }: Batch): [Batch, Batch] | undefined {
  const total = countIds(query);
  const middle = Math.ceil(total / 2);
  if (total < 2) return undefined;
  return [cut(options, query, 0, middle), cut(options, query, middle, total)];
}

function countIds(ids: Ids): number {
  return Object.values(ids).reduce((total, list) => total + list.length, 0);
}

/** A batch of a part of the ids, which count as one list: assets, then inferences, then models. */
function cut(options: Batch['options'], ids: Ids, from: number, to: number): Batch {
  const query: Ids = { assetIds: [], inferenceIds: [], modelIds: [] };
  let offset = 0;
  for (const [kind, list] of Object.entries(ids)) {
    query[kind as Kind] = list.slice(Math.max(0, from - offset), Math.max(0, to - offset));
    offset += list.length;
  }
  return { options, query };
}

/**
 * Reads and checks a selection.
 *
 * @throws {InvalidInputError} when it is empty, or something in it cannot be used
 */
export function readSelection(selection: Selection): Ids {
  const ids: Ids = { assetIds: [], inferenceIds: [], modelIds: [] };
  for (const [kind, list = []] of Object.entries(Object(selection) as Selection)) {
    requireOneOf('A key of selection', kind, Object.keys(ids));
    requireList(kind, list);
    const unique = new Set<string>();
    let position = 0;
    for (const id of list as Iterable<string>) unique.add(requireId(`${kind}[${position++}]`, id));
    ids[kind as Kind] = [...unique];
  }
  if (countIds(ids) === 0) throw new InvalidInputError('The selection is empty.');
  return ids;
}
