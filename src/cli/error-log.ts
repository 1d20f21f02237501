import type { SaveEvent } from '../node/events.js';
import { debugText } from './debug-text.js';

/** Keeps the errors of what was given up, while the rest goes on. */
export interface ErrorLog {
  onProgress: (event: SaveEvent) => void;
  /** Their stacks, for `--debug`. */
  stacks(): string[];
}

/** So many are kept: a thousand files may have failed for one reason. */
const MAX_ERRORS = 10;
const GIVEN_UP: ReadonlySet<string> = new Set(['batch-failed', 'archive-failed', 'asset-failed', 'file-failed']);

export function createErrorLog(): ErrorLog {
  const errors: Error[] = [];
  const seen = new WeakSet<Error>();
  let more = 0;
  return {
    onProgress(event) {
      if (!('error' in event) || !GIVEN_UP.has(event.type)) return;
      // An asset that is given up is a file that is given up, for the same error.
      if (seen.has(event.error)) return;
      seen.add(event.error);
      if (errors.length < MAX_ERRORS) errors.push(event.error);
      else more++;
    },
    stacks: () => [...errors.map(debugText), ...(more > 0 ? [`... and ${more} more`] : [])],
  };
}
