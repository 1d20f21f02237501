// Waits for several jobs at once, tells of every answer, and says which of them to ask for again later.
import {
  createPollingSchedule,
  createScenarioClient,
  JobTimeoutError,
  planBatches,
  requestBatch,
  waitForJob,
} from 'scenario-downloads';
import type { FinishedJob, Job, JobTimeoutDetails, PollEvent, PollingSchedule, WaitOptions } from 'scenario-downloads';

const client = createScenarioClient();
// One for all: as soon as a job is done, the others are expected to take as long.
const schedule: PollingSchedule = createPollingSchedule(() => Math.random());
const options: WaitOptions = { schedule, timeoutMs: Number(process.env['WAIT_MS'] ?? 600_000), onPoll: logPoll };

function logPoll({ jobStatus, elapsedMs, nextPollMs }: PollEvent): void {
  console.log(`${jobStatus} after ${Math.round(elapsedMs)} ms, next question in ${Math.round(nextPollMs)} ms`);
}

function describeTimeout({ waitedMs, polls, lastStatus = 'no answer' }: JobTimeoutDetails): string {
  return `${lastStatus} after ${polls} questions in ${Math.round(waitedMs)} ms: wait for it again later`;
}

async function finish(job: Job): Promise<FinishedJob | undefined> {
  try {
    return await waitForJob(client, job, options);
  } catch (error) {
    if (!(error instanceof JobTimeoutError)) throw error;
    // The job goes on at the server; its id is all that a later run needs.
    console.log(describeTimeout(error));
    return undefined;
  }
}

const batches = planBatches({ inferenceIds: ['inference_1', 'inference_2'] }, { batchSize: 1 });
const jobs = await Promise.all(batches.map((batch) => requestBatch(client, batch)));
const finished = await Promise.all(jobs.map(finish));
console.log(finished.map((job) => job?.jobStatus ?? 'later').join(', '));
