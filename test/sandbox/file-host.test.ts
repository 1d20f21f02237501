import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { readPng } from './helpers/read-png.js';
import { bytesOf, runSandbox } from './helpers/running-sandbox.js';

async function runWithArchive() {
  const running = await runSandbox({ urlLifetimeMs: 60_000 });
  const url = await running.archiveUrl({ assetIds: ['a', 'b', 'c'] });
  const whole = await fetch(url);
  return { ...running, url, whole, bytes: await bytesOf(whole) };
}

describe('the file host', () => {
  it('serves archives from another origin', async () => {
    const { sandbox, url, whole, bytes } = await runWithArchive();
    expect(new URL(url).origin).toBe(sandbox.fileHostUrl);
    expect(new URL(url).origin).not.toBe(new URL(sandbox.baseUrl).origin);
    expect(whole.status).toBe(200);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'content-length': String(bytes.length),
      'content-type': 'application/zip',
      'content-disposition': expect.stringMatching(/^attachment; filename\*=UTF-8''job_\w+\.zip$/) as string,
    });
    expect(whole.headers.get('etag')).toMatch(/^"\w+"$/);
  });

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=10-19', 10, 20],
    ['bytes=10-', 10, undefined],
    ['bytes=-22', -22, undefined],
    ['bytes=5-99999999', 5, undefined],
    ['bytes=-99999999', 0, undefined],
  ])('answers the range %s', async (range, start, end) => {
    const { url, bytes, whole } = await runWithArchive();
    const response = await fetch(url, { headers: { range } });
    expect(response.status).toBe(206);
    const part = bytes.subarray(start, end);
    expect((await bytesOf(response)).equals(part)).toBe(true);
    const first = start < 0 ? bytes.length + start : start;
    expect(response.headers.get('content-range')).toBe(`bytes ${first}-${first + part.length - 1}/${bytes.length}`);
    expect(response.headers.get('content-length')).toBe(String(part.length));
    expect(response.headers.get('etag')).toBe(whole.headers.get('etag'));
  });

  it.each(['bytes=99999999-', 'bytes=-0'])('has nothing for the range %s', async (range) => {
    const { url, bytes } = await runWithArchive();
    const response = await fetch(url, { headers: { range } });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe(`bytes */${bytes.length}`);
  });

  it.each(['bytes=5-2', 'bytes=a-b', 'bytes=-', 'lines=1-2', 'bytes=0-1,4-5'])('ignores %s', async (range) => {
    const { url, bytes } = await runWithArchive();
    const response = await fetch(url, { headers: { range } });
    expect(response.status).toBe(200);
    expect((await bytesOf(response)).equals(bytes)).toBe(true);
  });

  it('holds a range against If-Range', async () => {
    const { url, whole } = await runWithArchive();
    const ask = (ifRange: string) => fetch(url, { headers: { range: 'bytes=0-9', 'if-range': ifRange } });
    expect((await ask(whole.headers.get('etag')!)).status).toBe(206);
    expect((await ask('"another"')).status).toBe(200);
  });

  it('answers HEAD without a body, whatever the range', async () => {
    const { url, bytes, sandbox } = await runWithArchive();
    const response = await fetch(url, { method: 'HEAD', headers: { range: 'bytes=0-9' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    expect(await bytesOf(response)).toHaveLength(0);
    expect(sandbox.requests.at(-1)).toMatchObject({ host: 'files', method: 'HEAD', bytesSent: 0 });
  });

  it('takes no other method', async () => {
    const { url } = await runWithArchive();
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(405);
  });

  it('refuses what it has not signed', async () => {
    const { url, sandbox } = await runWithArchive();
    const wrong = [
      `${sandbox.fileHostUrl}/archives/job_1.zip`,
      url.replace(/expires=\d/, 'expires=9'),
      url.replace(/signature=../, 'signature=zz'),
      url.replace(/\?.*/, ''),
      url.replace('.zip?', '.png?'),
    ];
    for (const each of wrong) {
      const response = await fetch(each);
      expect(response.status).toBe(403);
      expect(await response.text()).toContain('<Code>SignatureDoesNotMatch</Code>');
    }
  });

  it('serves a URL until it expires, and the next one from then on', async () => {
    const { url, status, sandbox, clock } = await runWithArchive();
    clock.advance(59_999);
    expect((await fetch(url)).status).toBe(200);
    clock.advance(1);
    const expired = await fetch(url);
    expect(expired.status).toBe(403);
    expect(await expired.text()).toContain('expired');
    const fresh = (await status(sandbox.jobs[0]!.jobId)).downloadUrl!;
    expect((await fetch(fresh)).status).toBe(200);
  });

  it('never gets the same URL twice', async () => {
    const { status, sandbox } = await runWithArchive();
    const { jobId } = sandbox.jobs[0]!;
    expect((await status(jobId)).downloadUrl).not.toBe((await status(jobId)).downloadUrl);
  });

  it('notices credentials, and does not serve with them', async () => {
    const { url, sandbox } = await runWithArchive();
    const response = await fetch(url, { headers: { authorization: 'Basic abc' } });
    expect(response.status).toBe(400);
    expect(sandbox.violations).toMatchObject([{ type: 'credentials-at-file-host' }]);
    expect(sandbox.requests.at(-1)!.headers['authorization']).toBe('present');
  });

  it.each([
    ['png', 'image/png', '89504e47'],
    ['svg', 'image/svg+xml', Buffer.from('<svg').toString('hex')],
    ['tif', 'image/tiff', '49492a00'],
    ['tiff', 'image/tiff', '49492a00'],
    ['webp', 'image/webp', '89504e47'],
    ['glb', 'model/gltf-binary', '89504e47'],
    ['fbx', 'application/octet-stream', '89504e47'],
  ])('serves one asset as %s', async (format, contentType, magic) => {
    const { assetUrl } = await runSandbox();
    const response = await fetch(await assetUrl('asset/1 ü', format));
    expect(response.headers.get('content-type')).toBe(contentType);
    expect((await bytesOf(response)).toString('hex', 0, 4)).toBe(magic);
  });

  it('puts the same pixels into every format that it can write', async () => {
    const { assetUrl } = await runSandbox();
    const get = async (format?: string) => bytesOf(await fetch(await assetUrl('a', format)));
    const png = await get();
    const { rgb } = readPng(png);
    expect((await get('tiff')).subarray(8, 8 + rgb.length).equals(rgb)).toBe(true);
    expect((await get('svg')).toString()).toContain(png.toString('base64'));
  });

  it('writes down the bytes that went out before a client left', async () => {
    const { assetUrl, sandbox } = await runSandbox({ imageSize: 2000 });
    const url = await assetUrl('a', 'tiff');
    await new Promise<void>((resolve) => {
      const sent = request(url, (response) => {
        response.once('data', () => sent.destroy());
        response.once('close', resolve);
        response.on('error', () => undefined);
      });
      sent.end();
    });
    await expect
      .poll(() => sandbox.requests.filter(({ host }) => host === 'files'), { timeout: 20_000 })
      .toHaveLength(1);
    const { bytesSent, status } = sandbox.requests.at(-1)!;
    expect(status).toBe(200);
    expect(bytesSent).toBeGreaterThan(0);
    expect(bytesSent).toBeLessThan(2000 * 2000 * 3);
    expect(sandbox.violations).toEqual([]);
  });
});
