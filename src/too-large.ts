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
export function isTooLarge({ status, body }: HttpError, { query }: Batch): boolean {
  if (status === 413) return true;
  const isOfUnknownSize = query.inferenceIds.length + query.modelIds.length > 0;
  return isOfUnknownSize && (status === 400 || status === 422) && TOO_LARGE.test(JSON.stringify(body));
}

/** The error for a batch that is too large and cannot be cut: it has one id. */
export function tooLargeError({ query }: Batch, cause: HttpError): BatchTooLargeError {
  const [id] = Object.values(query).flat();
  return new BatchTooLargeError(
    `The id ${show(id)} alone is more than ${MAX_BATCH_SIZE} assets. Name what is in it instead.`,
    { cause },
  );
}
