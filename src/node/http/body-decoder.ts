import { MalformedAnswerError } from './malformed-answer-error.js';
import type { BodyFraming } from './response-head.js';

/** Extracts a response body from the bytes that a connection receives, and detects its end. */
export interface BodyDecoder {
  /** Passes the body bytes to `take` and returns how many of `bytes` belong to the response. */
  push(bytes: Buffer, take: (body: Buffer) => void): number;
  /** Whether the body has ended. */
  isDone(): boolean;
  /** Whether closing the connection is a valid end of the body. */
  readonly endsWithConnection: boolean;
}

const MAX_LINE_BYTES = 4096;

/** @param label names the host in error messages */
export function createBodyDecoder(framing: BodyFraming, label: string): BodyDecoder {
  return framing.type === 'chunked'
    ? createChunkedDecoder(label)
    : createLengthDecoder(framing.type === 'length' ? framing.bytes : Infinity);
}

function createLengthDecoder(length: number): BodyDecoder {
  let missing = length;
  return {
    isDone: () => missing === 0,
    endsWithConnection: length === Infinity,
    push(bytes, take) {
      const body = bytes.subarray(0, missing);
      missing -= body.length;
      if (body.length > 0) take(body);
      return body.length;
    },
  };
}

function createChunkedDecoder(label: string): BodyDecoder {
  /** What is expected next: a chunk's size, its bytes, the line end after them, or the trailer after the last chunk. */
  let state: 'size' | 'bytes' | 'end' | 'trailer' | 'done' = 'size';
  let line = '';
  let missing = 0;

  const endLine = (text: string) => {
    if (state === 'size') {
      const [, digits] = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(text) ?? [];
      if (digits === undefined) throw new MalformedAnswerError(`${label} sent a chunk without a size.`);
      missing = Number.parseInt(digits, 16);
      state = missing === 0 ? 'trailer' : 'bytes';
    } else if (state === 'end') {
      if (text !== '') throw new MalformedAnswerError(`${label} sent a chunk that is longer than it said.`);
      state = 'size';
    } else if (text === '') {
      state = 'done';
    }
  };

  return {
    isDone: () => state === 'done',
    endsWithConnection: false,
    push(bytes, take) {
      let at = 0;
      while (at < bytes.length && state !== 'done') {
        if (state === 'bytes') {
          const body = bytes.subarray(at, at + missing);
          at += body.length;
          missing -= body.length;
          if (missing === 0) state = 'end';
          take(body);
          continue;
        }
        const newline = bytes.indexOf(0x0a, at);
        const end = newline === -1 ? bytes.length : newline;
        line += bytes.toString('latin1', at, end);
        if (line.length > MAX_LINE_BYTES) throw new MalformedAnswerError(`${label} sent a line that does not end.`);
        at = newline === -1 ? end : end + 1;
        if (newline === -1) break;
        const text = line.replace(/\r$/, '');
        line = '';
        endLine(text);
      }
      return at;
    },
  };
}
