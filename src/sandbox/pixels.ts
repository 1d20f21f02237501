import { digest } from './assets.js';

/** A square image: 8 bits each of red, green and blue per pixel, row by row. */
export interface Pixels {
  size: number;
  rgb: Buffer;
}

/** Maps a point, whose coordinates are from -1 to 1, to the share of the second colour, from 0 to 1. */
type Pattern = (x: number, y: number) => number;

/** The number of colours in the gradient between the two colours, inclusive. */
const STEPS = 256;

/** Paints the image of an asset. Its two colours and its pattern are derived from the id. */
export function paintAsset(assetId: string, size: number): Pixels {
  const hash = digest(assetId);
  const hue = (hash.readUInt16BE(16) / 65536) * 360;
  const otherHue = hue + 40 + (hash.readUInt16BE(18) / 65536) * 160;
  const colors = blend(colorOf(hue, 0.65, 0.35), colorOf(otherHue, 0.8, 0.7));
  const pattern = patternOf(hash.readUInt8(22), (hash.readUInt16BE(20) / 65536) * 2 * Math.PI);
  const rgb = Buffer.alloc(size * size * 3);
  for (let row = 0, offset = 0; row < size; row++) {
    const y = (2 * (row + 0.5)) / size - 1;
    for (let column = 0; column < size; column++, offset += 3) {
      const color = 3 * Math.floor(pattern((2 * (column + 0.5)) / size - 1, y) * (STEPS - 1));
      rgb[offset] = colors[color] ?? 0;
      rgb[offset + 1] = colors[color + 1] ?? 0;
      rgb[offset + 2] = colors[color + 2] ?? 0;
    }
  }
  return { size, rgb };
}

function patternOf(kind: number, turn: number): Pattern {
  const cosine = Math.cos(turn);
  const sine = Math.sin(turn);
  switch (kind % 4) {
    case 0:
      return (x, y) => (x * cosine + y * sine + 1.42) / 2.84;
    case 1:
      return (x, y) => Math.sqrt((x - cosine / 2) ** 2 + (y - sine / 2) ** 2) / 2.2;
    case 2:
      return (x, y) => (Math.sin(x * 4 + turn) + Math.cos(y * 4 - turn) + 2) / 4;
    default:
      return (x, y) => (Math.sin((Math.abs(x) + Math.abs(y)) * 6 + turn) + 1) / 2;
  }
}

function blend(from: readonly number[], to: readonly number[]): Buffer {
  const colors = Buffer.alloc(STEPS * 3);
  for (let at = 0; at < colors.length; at++) {
    const share = Math.floor(at / 3) / (STEPS - 1);
    colors[at] = Math.round((from[at % 3] ?? 0) * (1 - share) + (to[at % 3] ?? 0) * share);
  }
  return colors;
}

/** Converts a hue in degrees, and a saturation and a lightness from 0 to 1, to RGB values from 0 to 255. */
function colorOf(hue: number, saturation: number, lightness: number): readonly number[] {
  const amplitude = saturation * Math.min(lightness, 1 - lightness);
  return [0, 8, 4].map((shift) => {
    const angle = (shift + hue / 30) % 12;
    return 255 * (lightness - amplitude * Math.max(-1, Math.min(angle - 3, 9 - angle, 1)));
  });
}
