import type { Settings } from './options.js';
import { paintAsset } from './pixels.js';
import { encodePng } from './png.js';
import { encodeTiff } from './tiff.js';
import { encodeWav } from './wav.js';

/** Content types by file name extension. */
const CONTENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['avif', 'image/avif'],
  ['gif', 'image/gif'],
  ['glb', 'model/gltf-binary'],
  ['heif', 'image/heif'],
  ['jpeg', 'image/jpeg'],
  ['jpg', 'image/jpeg'],
  ['obj', 'model/obj'],
  ['png', 'image/png'],
  ['svg', 'image/svg+xml'],
  ['tif', 'image/tiff'],
  ['tiff', 'image/tiff'],
  ['wav', 'audio/wav'],
  ['webp', 'image/webp'],
  ['zip', 'application/zip'],
]);

/** Returns the content type of files with this extension. */
export function contentTypeOf(extension: string): string {
  return CONTENT_TYPES.get(extension) ?? 'application/octet-stream';
}

/** Returns the extension of an asset that is not converted: `png`, or `wav` if it is not an image. */
export function originalExtensionOf(assetId: string, settings: Pick<Settings, 'nonImageAssets'>): string {
  return settings.nonImageAssets.has(assetId) ? 'wav' : 'png';
}

/**
 * Returns the bytes of an asset's file. Only PNG, WAV, SVG and TIFF are encoded. For other extensions the result is the
 * PNG, which is not valid in the requested format, but sufficient to test a transfer.
 */
export function encodeAsset(assetId: string, extension: string, imageSize: number): Buffer {
  if (extension === 'wav') return encodeWav(assetId);
  const pixels = paintAsset(assetId, imageSize);
  if (extension === 'tif' || extension === 'tiff') return encodeTiff(pixels);
  const png = encodePng(pixels, assetId);
  return extension === 'svg' ? svgAround(png, imageSize) : png;
}

function svgAround(png: Buffer, size: number): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">` +
      `<image width="${size}" height="${size}" href="data:image/png;base64,${png.toString('base64')}"/></svg>\n`,
  );
}
