import { accepts, installedTools } from './archive-tools.js';
import { compare, type Comparison, type OtherReader } from './compare.js';
import { createRandom } from './random.js';
import { startPythonReader } from './second-reader.js';
import type { Verdict } from './verdict.js';

/** The other ZIP readers that are installed. */
export interface OtherReaders {
  /**
   * Compares the results of all other readers with that of this package's reader.
   *
   * @param withTools whether to include the tools that have to be started for each archive
   * @param folder where the archive is written for the tools
   */
  compare(bytes: Buffer, verdict: Verdict, withTools: boolean, folder: string): Promise<ReaderComparison[]>;
  close(): Promise<void>;
}

/** The comparison with one of the readers. */
export interface ReaderComparison extends Comparison {
  reader: OtherReader;
}

export async function openOtherReaders(): Promise<OtherReaders> {
  const [python, tools] = await Promise.all([startPythonReader(), installedTools()]);
  return {
    async compare(bytes, verdict, withTools, folder) {
      const comparisons: ReaderComparison[] = [];
      if (python)
        comparisons.push({ reader: 'python', ...compare('python', bytes, verdict, await python.read(bytes)) });
      for (const tool of withTools ? tools : []) {
        const read = (await accepts(tool, bytes, folder)) ? 'accepted' : undefined;
        comparisons.push({ reader: tool, ...compare(tool, bytes, verdict, read) });
      }
      return comparisons;
    },
    close: async () => python?.close(),
  };
}

/** Whether the tools are started for a case. The same cases are chosen in every run. */
export function isForTools(caseSeed: number, onceIn: number): boolean {
  return createRandom(caseSeed ^ 0x7001).onceIn(onceIn);
}
