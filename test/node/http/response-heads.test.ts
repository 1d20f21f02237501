import { describe, expect, it } from 'vitest';
import { InvalidResponseError } from '../../../src/errors.js';
import { createHeadReader } from '../../../src/node/http/head-reader.js';
import { parseResponseHead } from '../../../src/node/http/response-head.js';

describe('parseResponseHead', () => {
  it.each(['Content-Length: 3000\r\nContent-Length: 3000', 'Content-Length: 3000, 3000', 'Content-Length: 03000'])(
    'gives one length for %j',
    (fields) => {
      const head = parseResponseHead(`HTTP/1.1 200 OK\r\n${fields}`, 'host');
      expect(head).toMatchObject({ headers: { 'content-length': '3000' }, body: { type: 'length', bytes: 3000 } });
    },
  );
});

describe('createHeadReader', () => {
  const interim = 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n';
  const answer = 'HTTP/1.1 200 OK\r\n\r\nbody';

  it('passes over interim answers', () => {
    const found = createHeadReader('host').push(Buffer.from(interim.repeat(20) + answer));
    expect(found).toMatchObject({ head: { status: 200 }, rest: Buffer.from('body') });
  });

  it('has enough of them at some time', () => {
    const push = () => createHeadReader('host').push(Buffer.from(interim.repeat(30_000) + answer));
    expect(push).toThrow(InvalidResponseError);
  });
});
