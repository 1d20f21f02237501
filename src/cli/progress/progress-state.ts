import type { SaveEvent } from '../../node/events.js';
import { visible } from '../visible.js';
import { createRateMeter, type RateMeter } from './rate-meter.js';

/** What a run requests, as far as it is known before the first response. */
export interface ProgressPlan {
  /** Number of archives; 0 when assets are requested one by one. */
  batches: number;
  /** Number of assets; undefined when the selection includes inferences or models. */
  assets: number | undefined;
}

/** The state of a run at one moment, from which a line of progress is rendered. */
export interface Progress {
  /** No event yet; waiting for archives; checking the files of an earlier run; saving files. */
  phase: 'starting' | 'waiting' | 'checking' | 'saving';
  batches: { ready: number; total: number };
  files: { done: number; total: number | undefined; failed: number };
  /** Bytes received over the network, and bytes that are known to be needed. */
  bytes: { received: number; expected: number };
  /** Bytes per second over the last few seconds; undefined when nothing arrives. */
  rate: number | undefined;
  secondsLeft: number | undefined;
  /** What the run is waiting for, such as `rate limited, 12 s`. */
  waitingFor: string | undefined;
}

export interface ProgressTracker {
  take: (event: SaveEvent) => void;
  /** Returns the current state. */
  read: () => Progress;
}

interface Pause {
  /** Epoch milliseconds. */
  until: number;
  reason: string;
}

/**
 * Creates a tracker that derives the progress of a run from its events.
 *
 * @param now returns epoch milliseconds
 */
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
