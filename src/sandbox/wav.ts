import { digest } from './assets.js';

const SAMPLE_RATE = 8000;
const SAMPLES = 800;

/** Encodes a tone of a tenth of a second as WAV. The asset's id determines the pitch, and is the title. */
export function encodeWav(assetId: string): Buffer {
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0); // PCM
  format.writeUInt16LE(1, 2); // channels
  format.writeUInt32LE(SAMPLE_RATE, 4);
  format.writeUInt32LE(SAMPLE_RATE * 2, 8); // bytes per second
  format.writeUInt16LE(2, 12); // bytes per sample
  format.writeUInt16LE(16, 14); // bits per sample
  const samples = Buffer.alloc(SAMPLES * 2);
  const pitch = 220 + (digest(assetId).readUInt16BE(16) / 65536) * 660;
  for (let index = 0; index < SAMPLES; index++) {
    samples.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * pitch * index) / SAMPLE_RATE)), index * 2);
  }
  const info = Buffer.concat([Buffer.from('INFO', 'latin1'), chunk('INAM', Buffer.from(`${assetId}\0`))]);
  const parts = [Buffer.from('WAVE', 'latin1'), chunk('fmt ', format), chunk('LIST', info), chunk('data', samples)];
  return chunk('RIFF', Buffer.concat(parts));
}

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(data.length, 4);
  // Chunks begin at even offsets.
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}
