import { randomBytes } from 'node:crypto';
import type { components } from '../../generated/schema.js';
import type { Settings } from './options.js';

/** What is known of a job when it starts. */
export interface JobContext {
  /** Jobs are numbered from 1. */
  number: number;
  assetCount: number;
}

/** A job as it is now. */
export interface SandboxJob extends JobContext {
  readonly jobId: string;
  readonly jobStatus: string;
  /** In milliseconds of the sandbox's clock. */
  readonly startedAt: number;
  /** From then on it stays in its last state. */
  readonly endsAt: number;
  /** What is in the archive, in its order. */
  readonly assetIds: readonly string[];
  readonly options: components['schemas']['DownloadRequestBatchOptions'];
}

/** The jobs of a sandbox. */
export interface JobStore {
  start: (assetIds: readonly string[], options: SandboxJob['options']) => SandboxJob;
  get: (jobId: string) => SandboxJob | undefined;
  /** All of them, oldest first. */
  list: () => SandboxJob[];
  /** How many have not come to their end. */
  countRunning: () => number;
}

type StoredJob = Omit<SandboxJob, 'jobStatus'> & { states: readonly string[] };

/** Keeps jobs. Their states follow from the clock alone, there are no timers. */
export function createJobStore(settings: Pick<Settings, 'now' | 'jobDurationMs' | 'jobStates'>): JobStore {
  const jobs = new Map<string, StoredJob>();
  const view = ({ states, ...job }: StoredJob): SandboxJob => ({
    ...job,
    jobStatus: stateAt(settings.now(), job, states),
  });

  return {
    start(assetIds, options) {
      const context = { number: jobs.size + 1, assetCount: assetIds.length };
      const startedAt = settings.now();
      const job = {
        ...context,
        // Random, since a job of a former sandbox must not be taken for one of this.
        jobId: `job_${randomBytes(8).toString('hex')}`,
        startedAt,
        endsAt: startedAt + settings.jobDurationMs(context),
        assetIds,
        options,
        states: settings.jobStates(context),
      };
      jobs.set(job.jobId, job);
      return view(job);
    },
    get(jobId) {
      const job = jobs.get(jobId);
      return job && view(job);
    },
    list: () => Array.from(jobs.values(), view),
    countRunning: () => {
      const now = settings.now();
      let running = 0;
      for (const job of jobs.values()) if (now < job.endsAt) running++;
      return running;
    },
  };
}

function stateAt(now: number, { startedAt, endsAt }: { startedAt: number; endsAt: number }, states: readonly string[]) {
  const last = states.length - 1;
  const share = endsAt > startedAt ? (now - startedAt) / (endsAt - startedAt) : 1;
  const index = share >= 1 ? last : Math.min(Math.floor(share * last), last - 1);
  return states[Math.max(0, index)] ?? 'success';
}
