import { InvalidResponseError } from '../../errors.js';
import { MalformedAnswerError } from './malformed-answer-error.js';
import { parseResponseHead, type ResponseHead } from './response-head.js';

/** Extracts the head of a response from the bytes that a connection receives. */
export interface HeadReader {
  /**
   * Returns the head and the bytes after it once the head is complete. Skips interim responses (100 to 199).
   *
   * @throws {MalformedAnswerError} when the bytes are not a response head, or it is too long
   * @throws {InvalidResponseError} when there are too many interim responses
   */
  push(bytes: Buffer): { head: ResponseHead; rest: Buffer } | undefined;
}

const MAX_HEAD_BYTES = 64 * 1024;
/** Interim responses are not expected at all. The limit ends a response that consists of nothing else. */
const MAX_INTERIM = 20;
const STEP_BYTES = 4 * 1024;
const END = '\r\n\r\n';

/** @param label names the host in error messages */
export function createHeadReader(label: string): HeadReader {
  let text = '';
  let interim = 0;

  const next: HeadReader['push'] = (bytes) => {
    const known = text.length;
    // In small steps, because most of the bytes may belong to the body.
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
