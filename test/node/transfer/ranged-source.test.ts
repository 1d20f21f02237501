import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import { createTransport } from '../../../src/node/http/transport.js';
import { openRangedSource } from '../../../src/node/transfer/ranged-source.js';
import { createRemote } from '../../../src/node/transfer/remote.js';
import { startArchiveHost } from '../../helpers/file-host.js';
import { noise } from '../../helpers/node-zip.js';

/** A source over a file of these bytes. */
async function open(file: Buffer, paused: () => void = () => undefined, resumed: () => void = () => undefined) {
  const { url } = await startArchiveHost([file]);
  const transport = createTransport({});
  onTestFinished(() => transport.close());
  const remote = createRemote({
    url: `${url}/files/job_1.zip?signature=1`,
    refreshUrl: () => Promise.reject(new Error('nobody asks for another')),
    transport,
    clock: systemClock,
    stallTimeoutMs: 30_000,
    transfer: { expect: () => undefined, expectNoMore: () => undefined, received: () => undefined, paused, resumed },
  });
  const { signal } = new AbortController();
  const source = await openRangedSource(remote, signal);
  if (source === undefined) throw new Error('The host sends ranges.');
  return { source, signal };
}

it('a consumer that keeps all it gets holds the transfer up, and that is told while it does', async () => {
  const file = noise(8_000_000);
  let release = (): void => undefined;
  const wasHeldUp = new Promise<void>((resolve) => (release = resolve));
  let paused = 0;
  let resumed = 0;
  const { source, signal } = await open(
    file,
    () => {
      paused++;
      // The first is the end of the tail, which is read before there is a consumer.
      if (paused > 1) release();
    },
    () => resumed++,
  );
  const chunks: Buffer[] = [];
  await source.read(
    0,
    file.length,
    async (chunk) => {
      chunks.push(Buffer.from(chunk));
      await wasHeldUp;
    },
    signal,
  );
  expect(Buffer.concat(chunks).equals(file)).toBe(true);
  expect(resumed).toBe(paused);
});

it('a consumer that is quick never holds it up: all there is of a pause is the end of each range', async () => {
  const file = noise(4_000_000);
  let paused = 0;
  const { source, signal } = await open(file, () => paused++);
  let bytes = 0;
  const count = (chunk: Buffer): undefined => void (bytes += chunk.length);
  await source.read(0, 2_000_000, count, signal);
  await source.read(2_000_000, file.length, count, signal);
  // The tail, and two ranges.
  expect([bytes, paused]).toEqual([file.length, 3]);
});
