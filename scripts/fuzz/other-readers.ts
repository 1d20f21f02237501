import { accepts, installedTools } from './archive-tools.js';
import { compare, type Comparison, type OtherReader } from './compare.js';
import { createRandom } from './random.js';
import { startPythonReader } from './second-reader.js';
import type { Verdict } from './verdict.js';

/** What the other readers that this machine has make of an archive. */
export interface OtherReaders {
  /**
   * @param withTools whether to ask those that have to be started for each archive, too
   * @param folder for the archive that they are given
   */
  compare(bytes: Buffer, verdict: Verdict, withTools: boolean, folder: string): Promise<ReaderComparison[]>;
  close(): Promise<void>;
}

/** What one of them makes of it. */
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

/** Whether a case is one of those for which the tools are started: the same ones each time. */
export function isForTools(caseSeed: number, onceIn: number): boolean {
  return createRandom(caseSeed ^ 0x7001).onceIn(onceIn);
}
