import { closeSync, openSync } from 'node:fs';
import { createScenarioClient } from '../../src/client.js';
import { saveAll, type ErrorReport, type SaveEvent } from '../../src/node/index.js';
import { reportError } from '../../src/node/report/report.js';
import { createTransferClock, STALL_TIMEOUT_MS } from '../../test/helpers/node-clock.js';
import { CANARY, show } from './secrets.js';

/** The inference that no fault affects, and the one that is affected. */
export const CALM = 'calm';
export const STRUCK = 'struck';

/** What to save, and which faults to cause inside the process that saves it. */
export interface SaveOrder {
  baseUrl: string;
  directory: string;
  inferenceIds: string[];
  /** The process opens files until only this many more can be opened. */
  descriptorsLeft?: number;
  /** Whether the signal is aborted. */
  isAborted?: boolean;
  /** When this happens: before the call, or at an event of the affected inference. Default `start`. */
  moment?: 'start' | 'archive-opened' | 'file-saved';
}

/** The result of a save. */
export interface SaveEnd {
  /** The outcome for the affected inference, as the user sees it. */
  outcome: string;
  /** The paths of the saved files. */
  saved: string[];
  /** All events, the report and errors with their causes, as text. */
  shown: string;
}

/** The table's texts for a fault that the user does not notice, and for an aborted run. */
export const GOES_ON = 'goes on';
export const CALLED_OFF = "rejects with the signal's reason";

/** Formats an error for the table. */
export function describe({ code, status, reason, errno }: ErrorReport): string {
  return [`\`${code}\``, status, reason, errno].filter((part) => part !== undefined).join(' ');
}

/** Saves one batch for each inference. An error of the run becomes the outcome and does not reject. */
export async function saveOnce(order: SaveOrder): Promise<SaveEnd> {
  const { baseUrl, directory, inferenceIds, descriptorsLeft, isAborted, moment = 'start' } = order;
  const clock = createTransferClock();
  const stop = new AbortController();
  const reason = new Error('called off');
  const seen: unknown[] = [];
  const saved: string[] = [];
  const open: number[] = [];
  const happen = () => {
    if (isAborted) stop.abort(reason);
    if (descriptorsLeft !== undefined && open.length === 0) open.push(...takeDescriptors(descriptorsLeft));
  };
  const isAboutStruck = (event: SaveEvent) =>
    (event.type === 'archive-opened' && event.batch === inferenceIds.indexOf(STRUCK)) ||
    (event.type === 'file-saved' && event.path.startsWith(`${STRUCK}/`));
  const onProgress = (event: SaveEvent) => {
    seen.push(event);
    if (event.type === 'file-saved') saved.push(event.path);
    if (event.type === moment && isAboutStruck(event)) happen();
  };
  const end = (outcome: string): SaveEnd => ({ outcome, saved, shown: show(seen) });
  if (moment === 'start') happen();
  try {
    const client = createScenarioClient({ baseUrl, ...CANARY, clock, onProgress });
    const limits = { batchSize: 1, concurrency: 1, connections: 1, stallTimeoutMs: STALL_TIMEOUT_MS };
    const report = await saveAll(client, { inferenceIds }, { directory, clock, onProgress, signal: stop.signal, ...limits }); // prettier-ignore
    seen.push(report);
    const error = report.batches.find(({ index }) => index === inferenceIds.indexOf(STRUCK))?.error;
    return end(error ? describe(error) : report.ok ? GOES_ON : 'is not there, without an error');
  } catch (error) {
    seen.push(error);
    return end(error === reason ? CALLED_OFF : `rejects with ${describe(reportError(error))}`);
  } finally {
    open.forEach((descriptor) => closeSync(descriptor));
  }
}

/** Opens files until the limit is reached, then closes `left` of them. */
function takeDescriptors(left: number): number[] {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    // The limit is reached.
  }
  taken.splice(0, left).forEach((descriptor) => closeSync(descriptor));
  return taken;
}
