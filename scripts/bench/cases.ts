import type { BenchArchive } from './archives.js';
import { SLOW_RATE } from './servers.js';
import { OWN } from './tools.js';

/**
 * A goal: a maximum ratio to another tool's time, a maximum of megabytes, or a maximum ratio to another case's memory.
 */
export type Goal =
  | { type: 'time'; of: string; atMost: number }
  | { type: 'memory'; atMost: number }
  | { type: 'growth'; from: string; atMost: number };

export interface BenchCase {
  title: string;
  archive: BenchArchive;
  isSlow?: boolean;
  /** The names of the tools that take part. */
  tools: string[];
  goals: Goal[];
}

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;
const EVERYBODY = [OWN, 'curl -o', 'curl, then unzip', 'curl | bsdtar', 'aria2, then unzip', 'Python urllib + zipfile'];

/**
 * The goals for deflated files, both for incompressible data, which deflate stores, and for data that must be inflated.
 */
const DEFLATED_GOALS: Goal[] = [
  { type: 'time', of: 'curl, then unzip', atMost: 0.45 },
  { type: 'time', of: 'curl | bsdtar', atMost: 0.65 },
];

export const CASES: readonly BenchCase[] = [
  {
    title: '1,000 files of 1 MiB, stored',
    archive: { name: 'stored', files: 1000, size: MEBIBYTE, compress: false },
    tools: EVERYBODY,
    goals: [
      { type: 'time', of: 'curl -o', atMost: 1.1 },
      { type: 'time', of: 'curl, then unzip', atMost: 0.3 },
    ],
  },
  {
    title: '1,000 files of 1 MiB that cannot be made smaller, deflated, with data descriptors',
    archive: { name: 'deflated', files: 1000, size: MEBIBYTE, compress: true },
    tools: EVERYBODY,
    goals: DEFLATED_GOALS,
  },
  {
    title: '1,000 files of 1 MiB that deflate to three quarters, with data descriptors',
    archive: { name: 'packed', files: 1000, size: MEBIBYTE, compress: true, noisyBits: 6 },
    tools: EVERYBODY,
    goals: DEFLATED_GOALS,
  },
  {
    title: '1,000 files of 20 KiB, stored',
    archive: { name: 'small', files: 1000, size: 20 * KIBIBYTE, compress: false },
    tools: EVERYBODY,
    goals: [{ type: 'time', of: 'curl, then unzip', atMost: 1.5 }],
  },
  {
    // Has as many files as the next case, so that only their size differs.
    title: '1,000 files of 210 KiB, stored: memory',
    archive: { name: 'medium', files: 1000, size: 210 * KIBIBYTE, compress: false },
    tools: [OWN, 'curl -o'],
    goals: [{ type: 'memory', atMost: 150 }],
  },
  {
    // Has as many files as a batch may have.
    title: '1,000 files of 4.25 MiB, stored, ZIP64: memory',
    archive: { name: 'zip64', files: 1000, size: 4.25 * MEBIBYTE, compress: false, zip64: true },
    tools: [OWN, 'curl -o'],
    goals: [
      { type: 'memory', atMost: 150 },
      { type: 'growth', from: 'medium', atMost: 1.1 },
    ],
  },
  {
    title: `200 files of 1 MiB at ${SLOW_RATE} MB/s for each connection`,
    archive: { name: 'slow', files: 200, size: MEBIBYTE, compress: false },
    isSlow: true,
    tools: [OWN, 'curl -o', 'aria2, then unzip'],
    goals: [{ type: 'time', of: 'curl -o', atMost: 1 / 6 }],
  },
];
