import { InvalidInputError } from './errors.js';
import { requireId, requireInteger, requireList, requireOneOf } from './require.js';
import { DEFAULT_FILE_NAME_TEMPLATE, MAX_BATCH_SIZE, type DownloadRequestBatchBody } from './types.js';

/** The assets to download: the union of the three lists. Each iterable is read only once. */
export interface Selection {
  /** The ids of single assets. */
  assetIds?: Iterable<string> | undefined;
  /** The ids of inferences. They select every asset that these inferences generated. */
  inferenceIds?: Iterable<string> | undefined;
  /** The ids of models. They select every asset that was generated with these models. */
  modelIds?: Iterable<string> | undefined;
}

/** The body of a `downloadRequestBatch` request, which asks for one archive. Plain JSON, without secrets or URLs. */
export type Batch = DownloadRequestBatchBody;

/** The options of {@link planBatches}: the size of the batches, and the settings that all of them share. */
export interface PlanOptions {
  /** The maximum number of ids in a batch, from 1 to 1000. Default 1000. */
  batchSize?: number | undefined;
  /**
   * The template for the file names in the archive. Default `<generator>-<prompt>-<num>-<seed>`: the example in the
   * spec, which has all the available placeholders.
   */
  fileNameTemplate?: string | undefined;
  /** Whether the archive has no folders. Default: the server's default. */
  flat?: boolean | undefined;
}

type Ids = Batch['query'];
type Kind = keyof Ids;

/**
 * Divides a selection into batches for `downloadRequestBatch`, without a request. Ids keep their order, and duplicates
 * are removed. Asset ids fill batches up to the limit. Inference and model ids, each of which stands for an unknown
 * number of assets, share batches of their own.
 *
 * @throws {InvalidInputError} if the selection is empty, an id is unusable, or the batch size is out of range
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
    // Asset ids are not mixed with inference or model ids: only the size of a batch of asset ids is known.
    const end = Math.min(at + batchSize, at < assets ? assets : total);
    batches.push(cut({ fileNameTemplate, ...(flat !== undefined && { flat }) }, ids, at, end));
    at = end;
  }
  return batches;
}

/** Splits a batch that is too large for the server into halves. Returns undefined if it has only a single id. */
export function splitBatch({ options, query }: Batch): [Batch, Batch] | undefined {
  const total = countIds(query);
  const middle = Math.ceil(total / 2);
  if (total < 2) return undefined;
  return [cut(options, query, 0, middle), cut(options, query, middle, total)];
}

function countIds(ids: Ids): number {
  return Object.values(ids).reduce((total, list) => total + list.length, 0);
}

/** Creates a batch from a range of the ids, which are counted as one list: assets, then inferences, then models. */
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
 * Reads and checks a selection, and removes duplicate ids.
 *
 * @throws {InvalidInputError} if the selection is empty, or a key, list or id in it is unusable
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
