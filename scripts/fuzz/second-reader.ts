import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Another ZIP reader to compare with. */
export interface SecondReader {
  /** Reads an archive and returns the length and CRC-32 of each file; undefined when the reader refuses the archive. */
  read(bytes: Buffer): Promise<[bytes: number, crc32: number][] | undefined>;
  close(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('second_reader.py', import.meta.url));

/**
 * Starts Python's zipfile in a process that reads one archive after another; undefined if Python 3 is not installed.
 */
export async function startPythonReader(): Promise<SecondReader | undefined> {
  const child = spawn('python3', ['-u', PROGRAM], { stdio: ['pipe', 'pipe', 'ignore'] });
  try {
    await once(child, 'spawn');
  } catch {
    // Python 3 is not installed.
    return undefined;
  }
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  const ask = async (bytes: Buffer) => {
    child.stdin.write(`${bytes.length}\n`);
    child.stdin.write(bytes);
    const line = await lines.next();
    if (line.done) throw new Error('The second reader has ended.');
    return (JSON.parse(line.value) as { files?: [number, number][] }).files;
  };
  return {
    read(bytes) {
      const answer = last.then(() => ask(bytes));
      last = answer.catch(() => undefined);
      return answer;
    },
    async close() {
      const exit = once(child, 'exit');
      child.stdin.end();
      await exit;
    },
  };
}
