import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import { createTransport } from '../../../src/node/http/transport.js';
import { openRangedSource } from '../../../src/node/transfer/ranged-source.js';
import { createRemote } from '../../../src/node/transfer/remote.js';
import { startArchiveHost } from '../../helpers/file-host.js';
import { noise } from '../../helpers/node-zip.js';

/** A source over a file of these bytes. */
async function open(file: Buffer, heldUp: () => void = () => undefined) {
  const { url } = await startArchiveHost([file]);
  const transport = createTransport({});
  onTestFinished(() => transport.close());
  const remote = createRemote({
    url: `${url}/files/job_1.zip?signature=1`,
    refreshUrl: () => Promise.reject(new Error('nobody asks for another')),
    transport,
    clock: systemClock,
    stallTimeoutMs: 30_000,
  });
  const { signal } = new AbortController();
  const source = await openRangedSource(remote, { received: () => undefined, heldUp }, signal);
  if (source === undefined) throw new Error('The host sends ranges.');
  return { source, signal };
}

it('a consumer that keeps all it gets holds the transfer up, and that is told while it does', async () => {
  const file = noise(8_000_000);
  let release = (): void => undefined;
  const wasHeldUp = new Promise<void>((resolve) => (release = resolve));
  const { source, signal } = await open(file, release);
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
});

it('a consumer that is quick never holds it up, not even at the end of a range', async () => {
  const file = noise(4_000_000);
  let heldUp = 0;
  const { source, signal } = await open(file, () => heldUp++);
  let bytes = 0;
  const count = (chunk: Buffer): undefined => void (bytes += chunk.length);
  await source.read(0, 2_000_000, count, signal);
  await source.read(2_000_000, file.length, count, signal);
  expect([bytes, heldUp]).toEqual([file.length, 0]);
});
