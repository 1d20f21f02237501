import { makeZip, type ZipEntry } from '../../test/helpers/node-zip.js';
import { packOddly } from './odd-packing.js';
import type { Random } from './random.js';

/** An archive and its contents. */
export interface GeneratedArchive {
  bytes: Buffer;
  /** Whether every reader must accept the archive, because everything in it is consistent. */
  isSound: boolean;
  /** The data of each file, in the order of the archive. */
  contents: Buffer[];
}

const NAMES = [
  'picture.png',
  'Picture.PNG',
  'folder/picture.png',
  'folder',
  'folder/',
  'a/b/c/d/e.txt',
  '../outside.txt',
  '../../../../tmp/outside.txt',
  '/absolute.txt',
  'C:\\windows\\outside.txt',
  'back\\..\\slash.txt',
  'nul\0byte.txt',
  'CON',
  'com1.txt',
  'stream.txt:hidden',
  'trailing. . ',
  'e\u0301.txt',
  '\u00e9.txt',
  '\u202egnp.exe',
  '.scenario-downloads/journal.jsonl',
  '.scenario-downloads/tmp/1-1.part',
  '',
  '.',
  '..',
  'dup~0123456789.png',
  `${'long'.repeat(100)}.png`,
  `${'very-deep/'.repeat(100)}x.png`,
] as const;

/** Generates an archive as any kind of writer could have made it, with unsafe names among its entries. */
export function generateArchive(random: Random): GeneratedArchive {
  const count = random.onceIn(60) ? 150 : random.below(8);
  const entries: ZipEntry[] = [];
  const contents: Buffer[] = [];
  let isSound = true;
  for (let at = 0; at < count; at++) {
    let entry = generateEntry(random);
    if (entry.deflate && random.onceIn(20)) {
      entry = packOddly(entry, random);
      isSound = false;
    }
    if (random.onceIn(12)) isSound = !tellLie(entry, random) && isSound;
    entries.push(entry);
    if (!String(entry.name).endsWith('/')) contents.push(Buffer.from(entry.data ?? ''));
  }
  const comment = random.onceIn(8) ? random.bytes(random.below(300)).toString('latin1') : '';
  // A comment may contain what looks like an end record, so that readers may disagree.
  if (comment.includes('PK')) isSound = false;
  return { bytes: makeZip(entries, { zip64: random.onceIn(5), comment }), isSound, contents };
}

function generateEntry(random: Random): ZipEntry {
  const name = random.onceIn(3) ? random.pick(NAMES) : `file-${random.below(1000)}.bin`;
  const isFolder = name.endsWith('/');
  return {
    name,
    data: isFolder ? '' : generateData(random),
    deflate: !isFolder && random.onceIn(2),
    descriptor: random.onceIn(5),
    utf8: !random.onceIn(4),
    ...(random.onceIn(6) && { localExtra: 4 + random.below(40) }),
    ...(random.onceIn(15) && { gap: random.below(3000) }),
  };
}

function generateData(random: Random): Buffer {
  const length = sizeOfData(random);
  switch (random.below(3)) {
    case 0:
      return Buffer.alloc(length, 'the same words again ');
    case 1:
      return Buffer.concat([random.bytes(length >> 1), Buffer.alloc(length - (length >> 1), 7)]);
    default:
      return random.bytes(length);
  }
}

function sizeOfData(random: Random): number {
  if (random.onceIn(8)) return 0;
  // Larger than 4 MiB, so that the entry is inflated as a stream.
  if (random.onceIn(6000)) return 4_400_000;
  return random.below(random.onceIn(12) ? 20_000 : 600);
}

/** Makes a header field of the entry wrong, or removes its data. Returns true. */
function tellLie(entry: ZipEntry, random: Random): boolean {
  const odd = () => random.pick([0, 1, 4, 0xff, 0xffff, 0x10000, 0x7fffffff, 0xfffffffe, random.below(5000)]);
  switch (random.below(8)) {
    case 0:
      entry.crc = random.below(2 ** 32);
      return true;
    case 1:
      entry.compressedSize = odd();
      return true;
    case 2:
      entry.uncompressedSize = odd();
      return true;
    case 3:
      entry.method = random.pick([1, 6, 8, 9, 12, 14, 99]);
      return true;
    case 4:
      entry.flags = random.pick([0x801, 0x841, 0x2800, 0xffff]);
      return true;
    case 5:
      entry.mode = random.pick([0o120777, 0o060666, 0o010644, 0o100000, 0]);
      return true;
    case 6:
      entry.offset = odd();
      return true;
    default:
      entry.written = false;
      return true;
  }
}
