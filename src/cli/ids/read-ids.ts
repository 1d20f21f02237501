import { usageError, type CommandError } from '../command-error.js';
import { excerptOf, problemWithId, takeIdOfValue, type TakeId } from './id-record.js';
import { createArrayScanner } from './json-array.js';

/** No id is that long: a file with a longer line is not a list of ids. */
const MAX_LINE_LENGTH = 65_536;
const ADVICE = 'Give one id per line, or JSON: one value per line, or an array.';

/**
 * Reads ids from a stream: one per line, JSON lines, or a JSON array. Plain lines and JSON strings are asset ids; for
 * JSON objects, see `takeIdOfValue`. Empty lines and lines that begin with `#` are skipped.
 *
 * @param name the name of the input in messages, such as `ids.txt`
 * @throws {CommandError} that names the line
 */
export async function readIds(source: AsyncIterable<Uint8Array>, name: string, take: TakeId): Promise<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let reader: { push(text: string): void; end(): void } | undefined;
  let leading: string[] = [];
  let lines = 1;

  const push = (text: string) => {
    if (reader) {
      reader.push(text);
      return;
    }
    // The first character that is not white space tells whether the input is an array.
    leading.push(text);
    const seen = text.trimStart();
    if (seen === '') return;
    reader = seen.startsWith('[') ? readArray(name, take) : readLines(name, take);
    reader.push(leading.join(''));
    leading = [];
  };
  const decode = (bytes?: Uint8Array) => {
    try {
      const text = bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
      // UTF-16 text without a byte order mark is valid UTF-8 with a zero byte beside each letter.
      if (text.includes('\0')) throw new Error('It has a zero byte in it.');
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
      return text;
    } catch (cause) {
      throw usageError(`${name} is not UTF-8 text (about line ${lines}).`, `Save it as UTF-8. ${ADVICE}`, { cause });
    }
  };

  for await (const bytes of source) push(decode(bytes));
  push(decode());
  reader?.end();
}

function readLines(name: string, take: TakeId) {
  let rest = '';
  let lines = 0;

  const takeLine = (line: string) => {
    lines++;
    const text = line.trim();
    if (text === '' || text.startsWith('#')) return;
    const problem = /^[{"[]/.test(text) ? takeJson(text, take) : takePlain(text, take);
    if (problem !== undefined) throw badInput(`Line ${lines} of ${name} ${problem}.`);
  };
  return {
    push(text: string) {
      const parts = `${rest}${text}`.split('\n');
      rest = parts.pop() ?? '';
      parts.forEach(takeLine);
      if (rest.length > MAX_LINE_LENGTH) throw badInput(`Line ${lines + 1} of ${name} is too long for an id.`);
    },
    end() {
      takeLine(rest);
    },
  };
}

function readArray(name: string, take: TakeId) {
  return createArrayScanner({
    onElement: (text, item, line) => {
      const problem = takeJson(text, take);
      if (problem !== undefined) throw badInput(`Item ${item} of ${name} (line ${line}) ${problem}.`);
    },
    onProblem: (problem, line) => {
      throw badInput(`Line ${line} of ${name}: ${problem}.`);
    },
  });
}

function takePlain(text: string, take: TakeId): string | undefined {
  if (/\s#/.test(text)) return `has a comment behind the id, but comments have lines of their own: ${excerptOf(text)}`;
  const problem = problemWithId(text);
  if (problem === undefined) take('assetIds', text);
  return problem;
}

function takeJson(text: string, take: TakeId): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (text === '{') return 'is the beginning of a JSON object over many lines: jq -c . makes it one';
    // The message of JSON.parse only gives a position in the line, which does not help the user.
    return `is not JSON: ${excerptOf(text)}`;
  }
  return takeIdOfValue(value, take);
}

function badInput(message: string): CommandError {
  return usageError(message, ADVICE);
}
