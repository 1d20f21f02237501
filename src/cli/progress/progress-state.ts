import type { SaveEvent } from '../../node/events.js';
import { visible } from '../visible.js';
import { createRateMeter, type RateMeter } from './rate-meter.js';

/** What is asked for, as far as it is known before the first answer. */
export interface ProgressPlan {
  /** How many archives; 0 when assets are asked for one by one. */
  batches: number;
  /** How many assets; undefined when inferences or models are among what is asked for. */
  assets: number | undefined;
}

/** What is known of a run at a moment: everything that a line of progress is made of. */
export interface Progress {
  /** Nothing heard yet, waiting for archives, checking what an earlier run has saved, saving files. */
  phase: 'starting' | 'waiting' | 'checking' | 'saving';
  batches: { ready: number; total: number };
  files: { done: number; total: number | undefined; failed: number };
  /** Bytes that have come over the network, and those that are known to be needed. */
  bytes: { received: number; expected: number };
  /** Bytes a second, over the last seconds; undefined when nothing comes. */
  rate: number | undefined;
  secondsLeft: number | undefined;
  /** What is being waited for, such as `rate limited, 12 s`. */
  waitingFor: string | undefined;
}

export interface ProgressTracker {
  take: (event: SaveEvent) => void;
  /** How it stands now. */
  read: () => Progress;
}

interface Pause {
  /** Epoch milliseconds. */
  until: number;
  reason: string;
}

/** @param now epoch milliseconds */
export function createProgressTracker(plan: ProgressPlan, now: () => number): ProgressTracker {
  const rate: RateMeter = createRateMeter(now);
  const jobs = { ready: new Set<string>(), opened: new Set<string>() };
  let batches = plan.batches;
  let requested = 0;
  let failedBatches = 0;
  let listedFiles = 0;
  let saved = 0;
  let skipped = 0;
  let failedFiles = 0;
  let received = 0;
  let expected = 0;
  let pause: Pause | undefined;
  let poll: Pause | undefined;

  const take = (event: SaveEvent): void => {
    switch (event.type) {
      case 'batch-requested':
        requested++;
        pause = undefined;
        break;
      case 'batch-waiting':
        pause = undefined;
        poll = { until: now() + event.nextPollMs, reason: visible(event.jobStatus) || 'no answer yet' };
        break;
      case 'batch-ready':
        jobs.ready.add(event.jobId);
        break;
      case 'batch-split':
        batches += event.parts - 1;
        break;
      case 'batch-failed':
        failedBatches++;
        break;
      case 'put-off':
        pause = { until: now() + event.delayMs, reason: reasonOf(429) };
        break;
      case 'retry':
        pause = { until: now() + event.delayMs, reason: reasonOf(event.status) };
        break;
      case 'transfer-retry':
        pause = { until: now() + event.delayMs, reason: 'the transfer broke off' };
        break;
      case 'archive-opened':
        jobs.ready.add(event.jobId);
        if (!jobs.opened.has(event.jobId)) listedFiles += event.files;
        jobs.opened.add(event.jobId);
        break;
      case 'archive-done':
        jobs.ready.add(event.jobId);
        break;
      case 'file-saved':
        saved++;
        break;
      case 'file-skipped':
        skipped++;
        break;
      case 'file-failed':
        failedFiles++;
        break;
      case 'transfer':
        received = event.receivedBytes;
        expected = event.expectedBytes;
        rate.note(received);
        if (pause?.reason !== reasonOf(429)) pause = undefined;
        break;
      case 'asset-ready':
        requested++;
        pause = undefined;
        break;
      case 'archive-changed':
      case 'archive-kept':
      case 'asset-failed':
      case 'file-again':
        break;
    }
  };

  return {
    take,
    read() {
      const ready = jobs.ready.size;
      const isSaving = jobs.opened.size > 0 || saved > 0 || received > 0;
      const phase = isSaving ? 'saving' : requested > 0 ? 'waiting' : skipped > 0 ? 'checking' : 'starting';
      const isAllOpened = jobs.opened.size > 0 && jobs.opened.size + failedBatches >= batches;
      const perSecond = rate.read();
      return {
        phase,
        batches: { ready, total: batches },
        files: { done: saved + skipped, total: isAllOpened ? listedFiles : plan.assets, failed: failedFiles },
        bytes: { received, expected: Math.max(received, expected) },
        rate: perSecond,
        secondsLeft: secondsLeft(perSecond, isAllOpened ? expected - received : undefined),
        waitingFor: describePause([pause, phase === 'waiting' ? poll : undefined], now()),
      };
    },
  };
}

function reasonOf(status: number | undefined): string {
  if (status === 429) return 'rate limited';
  return status === undefined ? 'no answer' : `the server answered ${status}`;
}

function describePause(pauses: readonly (Pause | undefined)[], now: number): string | undefined {
  const pause = pauses.find((candidate) => candidate !== undefined && candidate.until > now);
  return pause && `${pause.reason}, ${Math.ceil((pause.until - now) / 1000)} s`;
}

function secondsLeft(rate: number | undefined, remaining: number | undefined): number | undefined {
  if (rate === undefined || rate <= 0 || remaining === undefined || remaining <= 0) return undefined;
  return remaining / rate;
}
