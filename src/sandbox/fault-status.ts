import type { components } from '../../generated/schema.js';
import type { Effect } from './effects.js';
import { jsonReply, type Reply } from './reply.js';

/**
 * Returns the response of `downloadGetStatus` with the effects applied. An error response is returned unchanged.
 *
 * @param urlOf creates the URL of a job's archive
 */
export function changeStatusAnswer(
  reply: Reply,
  effects: readonly Effect[],
  jobId: string,
  urlOf: (jobId: string) => string,
): Reply {
  if (reply.status !== 200) return reply;
  for (const effect of effects) {
    if (effect.type !== 'jobStatus' && effect.type !== 'withoutUrl') continue;
    const answer: components['schemas']['DownloadGetStatusResponse'] = {
      jobId,
      jobStatus: effect.type === 'jobStatus' ? effect.jobStatus : 'success',
    };
    if (effect.type === 'jobStatus' && effect.downloadUrl) answer.downloadUrl = urlOf(jobId);
    return jsonReply(200, answer);
  }
  return reply;
}
