import { describe, expect, it } from 'vitest';
import { describeAsset } from '../../src/sandbox/assets.js';
import { readPng } from './helpers/read-png.js';
import { readZip } from './helpers/read-zip.js';
import { bytesOf, runSandbox } from './helpers/running-sandbox.js';

async function archiveOf(...[query, options, settings]: Parameters<typeof download>) {
  return readZip(await download(query, options, settings));
}

async function download(
  query: Parameters<Awaited<ReturnType<typeof runSandbox>>['archiveUrl']>[0],
  options: Parameters<Awaited<ReturnType<typeof runSandbox>>['archiveUrl']>[1] = {},
  settings: Parameters<typeof runSandbox>[0] = {},
): Promise<Buffer> {
  const { archiveUrl } = await runSandbox(settings);
  return bytesOf(await fetch(await archiveUrl(query, options)));
}

/** How much, on average, a byte differs from the one so far away. */
function meanStep(rgb: Buffer, distance: number): number {
  let steps = 0;
  for (let at = distance; at < rgb.length; at++) steps += Math.abs(rgb[at]! - rgb[at - distance]!);
  return steps / (rgb.length - distance);
}

describe('archives', () => {
  it.each([
    [{}, 0, false],
    [{ compression: 'deflated' as const }, 8, false],
    [{ dataDescriptors: true }, 0, true],
    [{ compression: 'deflated' as const, dataDescriptors: true }, 8, true],
    [{ zip64: true }, 0, false],
    [{ compression: 'deflated' as const, dataDescriptors: true, zip64: true }, 8, true],
  ])('hold a picture of each asset: %j', async (archive, method, hasDataDescriptor) => {
    const assetIds = Array.from({ length: 70 }, (_, index) => `asset_${index}`);
    const bytes = await download({ assetIds }, {}, { archive, imageSize: 16 });
    const entries = await readZip(bytes);
    const pictures = entries.map((entry) => readPng(entry.bytes));
    expect(pictures.map(({ title }) => title)).toEqual(assetIds);
    expect(new Set(pictures.map(({ rgb }) => rgb.toString('base64'))).size).toBe(assetIds.length);
    expect(pictures.every(({ width, height }) => width === 16 && height === 16)).toBe(true);
    expect(entries.every((entry) => entry.method === method)).toBe(true);
    expect(entries.every((entry) => entry.hasDataDescriptor === hasDataDescriptor)).toBe(true);
    expect(bytes.includes('PK\x06\x06', 0, 'latin1')).toBe('zip64' in archive);
  });

  it('paint pictures and not noise', async () => {
    const entries = await archiveOf({ modelIds: ['mod'] });
    for (const { rgb, width } of entries.map(({ bytes }) => readPng(bytes))) {
      const row = width * 3;
      expect(meanStep(rgb, 3)).toBeLessThan(40);
      expect(meanStep(rgb, row)).toBeLessThan(40);
      expect(meanStep(rgb, 3) + meanStep(rgb, row)).toBeGreaterThan(0.5);
    }
    const isFlat = ({ bytes }: { bytes: Buffer }, distance: (width: number) => number) => {
      const { rgb, width } = readPng(bytes);
      return meanStep(rgb, distance(width)) < 0.5;
    };
    expect(entries.filter((entry) => isFlat(entry, () => 3)).length).toBeLessThan(3);
    expect(entries.filter((entry) => isFlat(entry, (width) => width * 3)).length).toBeLessThan(3);
  });

  it('are the same bytes in every sandbox', async () => {
    const selection = { assetIds: ['a', 'b'], inferenceIds: ['inf'], modelIds: ['mod'] };
    expect((await download(selection)).equals(await download(selection))).toBe(true);
  });

  it('name files by the template, in a folder for each inference', async () => {
    const asset = describeAsset('inf-asset-2');
    expect(asset).toMatchObject({ inferenceId: 'inf', num: 2 });
    const template = '<num>_<seed> <generator>+<prompt> <other>';
    const entries = await archiveOf({ inferenceIds: ['inf'] }, { fileNameTemplate: template });
    const name = `2_${asset.seed} ${asset.generator}+${asset.prompt} <other>.png`;
    expect(entries[2]!.name).toBe(`inf/${name}`);
    expect(entries.every((entry) => /^inf\/[0-3]_\d+ [^/]+\.png$/s.test(entry.name))).toBe(true);
    const flat = await archiveOf({ inferenceIds: ['inf'] }, { fileNameTemplate: template, flat: true });
    expect(flat[2]!.name).toBe(name);
  });

  it('keep assets that come to the same name', async () => {
    const entries = await archiveOf({ inferenceIds: ['inf'] }, { fileNameTemplate: 'same' });
    expect(entries.map(({ name }) => name)).toEqual(Array<string>(4).fill('inf/same.png'));
    expect(new Set(entries.map(({ bytes }) => readPng(bytes).title)).size).toBe(4);
  });

  it.each([
    ['a/b\\c', 'a_b_c.png'],
    ['../..', '.._...png'],
    ['C:x', 'C_x.png'],
    ['', 'a.png'],
  ])('stay archives whatever the template is: %j', async (fileNameTemplate, name) => {
    const entries = await archiveOf({ assetIds: ['a'] }, { fileNameTemplate, flat: true });
    expect(entries.map((entry) => entry.name)).toEqual([name]);
  });

  it.each([
    ['..', '_/x.png'],
    ['a/../b', 'a_.._b/x.png'],
    ['C:', 'C_/x.png'],
  ])('stay archives whatever the inference is: %j', async (inferenceId, name) => {
    const settings = { assetsPerInference: 1 };
    const entries = await archiveOf({ inferenceIds: [inferenceId] }, { fileNameTemplate: 'x' }, settings);
    expect(entries.map((entry) => entry.name)).toEqual([name]);
  });

  it('have awkward names among the others', async () => {
    const inferenceIds = Array.from({ length: 200 }, (_, index) => `inf_${index}`);
    const settings = { assetsPerInference: 1, imageSize: 1 };
    const entries = await archiveOf({ inferenceIds }, { fileNameTemplate: '<prompt>', flat: true }, settings);
    const names = entries.map(({ name }) => name);
    for (const odd of [/:/, /\?/, /"/, /\n/, /[^\x20-\x7e]/, /\p{Emoji_Presentation}/u, /^.{255,}$/]) {
      expect(names.some((name) => odd.test(name))).toBe(true);
    }
    expect(names.filter((name) => /^[\w, -]+\.png$/.test(name)).length).toBeGreaterThan(100);
  });

  it('leave missing assets out, down to none', async () => {
    const missingAssets = ['a', 'b'];
    expect(await archiveOf({ assetIds: ['a', 'c', 'b'] }, {}, { missingAssets })).toHaveLength(1);
    expect(await archiveOf({ assetIds: ['a', 'b'] }, {}, { missingAssets })).toHaveLength(0);
    expect(await archiveOf({})).toHaveLength(0);
  });

  it.each(['sound', 'sounds'])('hold sounds beside pictures (%s)', async (sound) => {
    const entries = await archiveOf({ assetIds: [sound, 'a'] }, {}, { nonImageAssets: [sound] });
    expect(entries.map(({ name }) => name.slice(-4))).toEqual(['.wav', '.png']);
    const { bytes } = entries[0]!;
    expect(bytes.toString('latin1', 0, 4) + bytes.toString('latin1', 8, 12)).toBe('RIFFWAVE');
    const chunks: string[] = [];
    let at = 12;
    for (; at < bytes.length; at += 8 + 2 * Math.ceil(bytes.readUInt32LE(at + 4) / 2)) {
      chunks.push(bytes.toString('latin1', at, at + 4));
    }
    expect(chunks).toEqual(['fmt ', 'LIST', 'data']);
    expect([at, bytes.readUInt32LE(4) + 8]).toEqual([bytes.length, bytes.length]);
    expect(bytes.includes(`${sound}\0`)).toBe(true);
  });

  it('bear one date', async () => {
    const entries = await archiveOf({ assetIds: ['a', 'b'] });
    expect(new Set(entries.map(({ modified }) => modified))).toEqual(new Set([new Date(2025, 0, 1, 12).toISOString()]));
    // An extended timestamp would be in UTC, and another one in another time zone.
    expect(entries.map(({ extraFieldBytes }) => extraFieldBytes)).toEqual([0, 0]);
  });
});
