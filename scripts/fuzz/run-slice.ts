import { isForTools, openOtherReaders } from './other-readers.js';
import { runCases, type CaseCounts } from './run-cases.js';

/** The results of a slice of a run. */
export interface SliceResult extends CaseCounts {
  /** How many archives were compared with each of the other readers. */
  compared: Record<string, number>;
  /** How often each explanation was needed for a difference between this reader and another one. */
  explained: Record<string, number>;
}

/** The cases of a slice and how to run them. */
export interface SliceOrder {
  seed: number;
  from: number;
  to: number;
  folder: string;
  /** One case in this many is also given to unzip and bsdtar, which have to be started for each archive. */
  toolsOnceIn: number;
}

/** Runs cases, and compares the results with those of other readers for the same archives. */
export async function runSlice({ seed, toolsOnceIn, ...slice }: SliceOrder): Promise<SliceResult> {
  const others = await openOtherReaders();
  const compared: Record<string, number> = {};
  const explained: Record<string, number> = {};
  const count = (counts: Record<string, number>, name: string) => (counts[name] = (counts[name] ?? 0) + 1);
  try {
    const counts = await runCases(seed, slice, async (caseSeed, { bytes }, verdict) => {
      const withTools = isForTools(caseSeed, toolsOnceIn);
      const comparisons = await others.compare(bytes, verdict, withTools, slice.folder);
      return comparisons.flatMap(({ reader, explained: names, findings }) => {
        count(compared, reader);
        names.forEach((name) => count(explained, name));
        return findings.map((text) => `${reader}: ${text}`);
      });
    });
    return { ...counts, compared, explained };
  } finally {
    await others.close();
  }
}
