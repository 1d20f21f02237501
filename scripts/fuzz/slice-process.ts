/** Runs slices of cases in a process of its own, so that crashes, hangs and excessive memory use become findings. */
import { runSlice, type SliceOrder, type SliceResult } from './run-slice.js';

/** The message that the parent process receives. */
export interface SliceAnswer {
  result: SliceResult;
  /** The peak memory of the process, in bytes. */
  peakBytes: number;
}

process.on('message', (order: SliceOrder) => {
  void runSlice(order).then((result) => {
    const answer: SliceAnswer = { result, peakBytes: process.resourceUsage().maxRSS * 1024 };
    process.send?.(answer);
  });
});
