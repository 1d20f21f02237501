import { systemClock } from '../../clock.js';
import { getStatus } from '../../get-status.js';
import { isFailure } from '../../polling.js';
import type { CommandContext } from '../command-context.js';
import { usageError } from '../command-error.js';
import { connect } from '../connect.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { problemWithId } from '../ids/id-record.js';
import { visible } from '../visible.js';

/**
 * Requests the status of a job once (`downloadGetStatus`) and prints what it means and what the server calls it. The
 * signed URL of a ready job is not printed.
 */
export async function status(
  jobId: string,
  { json = false }: { json?: boolean },
  { output, env, signal }: CommandContext,
): Promise<ExitCode> {
  const problem = problemWithId(jobId);
  if (problem !== undefined) throw usageError(`The job id ${problem}.`, 'Give the id of one job.');
  const { jobStatus, downloadUrl } = await getStatus(connect(env), jobId, systemClock, signal);
  const isFailed = isFailure(jobStatus);
  const state = isFailed ? 'failed' : downloadUrl === undefined ? 'running' : 'ready';
  if (json) output.document({ schemaVersion: 1, ok: !isFailed, jobId, jobStatus, state });
  else output.result(visible(`${jobId}: ${state} (jobStatus: ${jobStatus || 'none'})`));
  return isFailed ? EXIT.failed : EXIT.done;
}
