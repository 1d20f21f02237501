/** Runs slices of cases in a process of its own, so that a crash, a hang or too much memory is a finding too. */
import type { SliceResult } from './run-slice.js';
import { runSlice } from './run-slice.js';

/** What the parent asks for. */
export interface SliceOrder {
  seed: number;
  from: number;
  to: number;
  folder: string;
}

/** What it gets. */
export interface SliceAnswer {
  result: SliceResult;
  /** The most memory that the process has had, in bytes. */
  peakBytes: number;
}

process.on('message', (order: SliceOrder) => {
  void runSlice(order.seed, order).then((result) => {
    const answer: SliceAnswer = { result, peakBytes: process.resourceUsage().maxRSS * 1024 };
    process.send?.(answer);
  });
});
