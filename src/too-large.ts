import type { Batch } from './batches.js';
import type { HttpError } from './errors.js';

const TOO_LARGE = /too (many|large|big)|exceed|limited to|at most|maximum|more than \d/i;
/** The things whose number halving reduces. It does not help with other limits, such as the length of a template. */
const OF_ASSETS = /\b(assets?|images?|items?|results?|batch|archive)\b|1,?000/i;

/**
 * Whether an error response of `downloadRequestBatch` means that the batch stands for too many assets. The API does not
 * document it: a 413 is enough, while a 400 or 422 has to say so in its body. The body counts only if the batch has
 * inference or model ids and its size could not be known, because splitting a batch for the wrong reason multiplies the
 * requests.
 */
export function isTooLarge({ status, body }: HttpError, { query }: Batch): boolean {
  if (status === 413) return true;
  const isOfUnknownSize = query.inferenceIds.length + query.modelIds.length > 0;
  if (!isOfUnknownSize || (status !== 400 && status !== 422)) return false;
  const text = JSON.stringify(body);
  return TOO_LARGE.test(text) && OF_ASSETS.test(text);
}
