import { isForTools, openOtherReaders } from './other-readers.js';
import { runCases, type CaseCounts } from './run-cases.js';

/** What became of a slice of a run. */
export interface SliceResult extends CaseCounts {
  /** Which other readers were asked, and how often. */
  compared: Record<string, number>;
  /** How often each explanation was needed where another reader takes what this one refuses. */
  explained: Record<string, number>;
}

/** Which cases to run, and how. */
export interface SliceOrder {
  seed: number;
  from: number;
  to: number;
  folder: string;
  /** One case in so many goes to the programs that have to be started for each archive. */
  toolsOnceIn: number;
}

/** Runs cases, and compares what becomes of them with what other readers make of the same archives. */
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
