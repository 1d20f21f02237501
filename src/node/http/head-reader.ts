import { InvalidResponseError } from '../../errors.js';
import { MalformedAnswerError } from './malformed-answer-error.js';
import { parseResponseHead, type ResponseHead } from './response-head.js';

/** Finds the head of an answer in what a connection brings. */
export interface HeadReader {
  /**
   * The head, and what came behind it, once the head is whole. Interim answers (100 to 199) are passed over.
   *
   * @throws {MalformedAnswerError} when it is none, or does not end
   * @throws {InvalidResponseError} when one interim answer follows the other
   */
  push(bytes: Buffer): { head: ResponseHead; rest: Buffer } | undefined;
}

const MAX_HEAD_BYTES = 64 * 1024;
/** None is expected, and one after the other without an end would be no answer. */
const MAX_INTERIM = 20;
const STEP_BYTES = 4 * 1024;
const END = '\r\n\r\n';

/** @param label for messages */
export function createHeadReader(label: string): HeadReader {
  let text = '';
  let interim = 0;

  const next: HeadReader['push'] = (bytes) => {
    const known = text.length;
    // Bit by bit, because most of the bytes may be those of the body.
    for (let at = 0; at < bytes.length; at += STEP_BYTES) {
      const searched = Math.max(0, text.length - END.length + 1);
      text += bytes.toString('latin1', at, at + STEP_BYTES);
      const end = text.indexOf(END, searched);
      if (end === -1 && text.length > MAX_HEAD_BYTES) {
        throw new MalformedAnswerError(`${label} sent a head that does not end.`);
      }
      if (end === -1) continue;
      const head = parseResponseHead(text.slice(0, end), label);
      const rest = bytes.subarray(end + END.length - known);
      text = '';
      return { head, rest };
    }
    return undefined;
  };
  return {
    push(bytes) {
      let found = next(bytes);
      while (found !== undefined && found.head.status < 200) {
        if (++interim > MAX_INTERIM) throw new InvalidResponseError(`${label} sends interim answers without an end.`);
        found = next(found.rest);
      }
      return found;
    },
  };
}
