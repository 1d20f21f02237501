import type { SaveEvent } from '../node/events.js';
import { debugText } from './debug-text.js';

/** Collects the errors of batches, assets and files that were given up while the run continues. */
export interface ErrorLog {
  onProgress: (event: SaveEvent) => void;
  /** Returns the stacks of the errors, for `--debug`. */
  stacks(): string[];
}

/** How many errors are kept; the others are only counted, because a thousand files may fail for the same reason. */
const MAX_ERRORS = 10;
const GIVEN_UP: ReadonlySet<string> = new Set(['batch-failed', 'archive-failed', 'asset-failed', 'file-failed']);

export function createErrorLog(): ErrorLog {
  const errors: Error[] = [];
  const seen = new WeakSet<Error>();
  let more = 0;
  return {
    onProgress(event) {
      if (!('error' in event) || !GIVEN_UP.has(event.type)) return;
      // `asset-failed` and `file-failed` may report the same error.
      if (seen.has(event.error)) return;
      seen.add(event.error);
      if (errors.length < MAX_ERRORS) errors.push(event.error);
      else more++;
    },
    stacks: () => [...errors.map(debugText), ...(more > 0 ? [`... and ${more} more`] : [])],
  };
}
