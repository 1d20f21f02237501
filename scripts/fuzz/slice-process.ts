/** Runs slices of cases in a process of its own, so that a crash, a hang or too much memory is a finding too. */
import { runSlice, type SliceOrder, type SliceResult } from './run-slice.js';

/** What the parent gets. */
export interface SliceAnswer {
  result: SliceResult;
  /** The most memory that the process has had, in bytes. */
  peakBytes: number;
}

process.on('message', (order: SliceOrder) => {
  void runSlice(order).then((result) => {
    const answer: SliceAnswer = { result, peakBytes: process.resourceUsage().maxRSS * 1024 };
    process.send?.(answer);
  });
});
