import { accepts, installedTools, type ArchiveTool } from './archive-tools.js';
import { compare } from './compare.js';
import { runCases, type CaseCounts } from './run-cases.js';
import { startPythonReader } from './second-reader.js';

/** What became of a slice of a run. */
export interface SliceResult extends CaseCounts {
  /** Which other readers were asked, and how often. */
  compared: Record<string, number>;
  /** How often each explanation was needed where another reader takes what this one refuses. */
  explained: Record<string, number>;
}

/** One case in so many goes to the programs that have to be started for each archive. */
const TOOL_CASES = 25;

/** Runs cases, and compares what becomes of them with what other readers make of the same archives. */
export async function runSlice(
  seed: number,
  slice: { from: number; to: number; folder: string },
): Promise<SliceResult> {
  const [python, tools] = await Promise.all([startPythonReader(), installedTools()]);
  const compared: Record<string, number> = {};
  const explained: Record<string, number> = {};
  const count = (counts: Record<string, number>, name: string) => (counts[name] = (counts[name] ?? 0) + 1);
  let seen = 0;
  try {
    const counts = await runCases(seed, slice, async (_, { bytes }, verdict) => {
      const findings: string[] = [];
      const note = (reader: string, read: Parameters<typeof compare>[2]) => {
        count(compared, reader);
        const comparison = compare(bytes, verdict, read);
        comparison.explained.forEach((name) => count(explained, name));
        findings.push(...comparison.findings.map((text) => `${reader}: ${text}`));
      };
      if (python) note('python', await python.read(bytes));
      if (++seen % TOOL_CASES === 0) {
        for (const tool of tools) note(tool, await verdictOf(tool, bytes, slice.folder));
      }
      return findings;
    });
    return { ...counts, compared, explained };
  } finally {
    await python?.close();
  }
}

async function verdictOf(tool: ArchiveTool, bytes: Buffer, folder: string): Promise<'accepted' | undefined> {
  return (await accepts(tool, bytes, folder)) ? 'accepted' : undefined;
}
