import { randomBytes } from 'node:crypto';
import type { components } from '../../generated/schema.js';
import type { Settings } from './options.js';

/** What is known about a job when it starts. */
export interface JobContext {
  /** Jobs are numbered from 1. */
  number: number;
  assetCount: number;
}

/** A job in its current state. */
export interface SandboxJob extends JobContext {
  readonly jobId: string;
  readonly jobStatus: string;
  /** When the job started, in milliseconds of the sandbox's clock. */
  readonly startedAt: number;
  /** When the job reaches its last state, in milliseconds of the sandbox's clock. */
  readonly endsAt: number;
  /** The assets in the archive, in its order. */
  readonly assetIds: readonly string[];
  readonly options: components['schemas']['DownloadRequestBatchOptions'];
}

/** The jobs of a sandbox. */
export interface JobStore {
  start: (assetIds: readonly string[], options: SandboxJob['options']) => SandboxJob;
  get: (jobId: string) => SandboxJob | undefined;
  /** Returns all jobs, oldest first. */
  list: () => SandboxJob[];
  /** Returns the number of jobs that have not ended. */
  countRunning: () => number;
}

type StoredJob = Omit<SandboxJob, 'jobStatus'> & { states: readonly string[] };

/** Creates a store for jobs. It needs no timers: the state of a job is computed from the clock. */
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
        // Random, so that a job of an earlier sandbox is not mistaken for one of this sandbox.
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
