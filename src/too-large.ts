import type { Batch } from './batches.js';
import type { HttpError } from './errors.js';

const TOO_LARGE = /too (many|large|big)|exceed|limited to|at most|maximum|more than \d/i;
/** What there may be too much of. Other limits, such as that of a template's length, are not met by halving. */
const OF_ASSETS = /\b(assets?|images?|items?|results?|batch|archive)\b|1,?000/i;

/**
 * Whether a refusal of `downloadRequestBatch` means that the batch stands for too many assets. How the server says it
 * is not documented: 413 says it by itself, 400 and 422 by their words. Their words count only where the size of the
 * batch could not be known, since cutting a batch for a wrong reason multiplies the requests.
 */
export function isTooLarge({ status, body }: HttpError, { query }: Batch): boolean {
  if (status === 413) return true;
  const isOfUnknownSize = query.inferenceIds.length + query.modelIds.length > 0;
  if (!isOfUnknownSize || (status !== 400 && status !== 422)) return false;
  const text = JSON.stringify(body);
  return TOO_LARGE.test(text) && OF_ASSETS.test(text);
}
