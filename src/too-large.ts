import type { Batch } from './batches.js';
import { BatchTooLargeError, type HttpError } from './errors.js';
import { show } from './require.js';
import { MAX_BATCH_SIZE } from './types.js';

const TOO_LARGE = /too (many|large|big)|exceed|limited to|at most|maximum|more than \d/i;

/**
 * Whether a refusal of `downloadRequestBatch` means that the batch stands for too many assets. How the server says it
 * is not documented: 413 says it by itself, 400 and 422 by their words. Their words count only where the size of the
 * batch could not be known, since cutting a batch for a wrong reason multiplies the requests.
 */
export function isTooLarge(error: HttpError, { query }: Batch): boolean {
  if (error.status === 413) return true;
  if (error.status !== 400 && error.status !== 422) return false;
  const isOfUnknownSize = query.inferenceIds.length + query.modelIds.length > 0;
  return (
    isOfUnknownSize && TOO_LARGE.test(typeof error.body === 'string' ? error.body : JSON.stringify(error.body ?? ''))
  );
}

/** The error for a batch that is too large and cannot be cut. */
export function tooLargeError({ query }: Batch, cause: HttpError): BatchTooLargeError {
  const id = query.modelIds[0] ?? query.inferenceIds[0] ?? query.assetIds[0];
  return new BatchTooLargeError(
    `The id ${show(id)} alone stands for more than the ${MAX_BATCH_SIZE} assets that a batch may have. Name what is in it instead: inferences or assets.`,
    { cause },
  );
}
