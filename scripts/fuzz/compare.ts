import { odditiesOf, type Oddity } from './anatomy.js';
import { examineEntries } from './examine-entries.js';
import type { Verdict } from './verdict.js';

/** Why an archive that Python reads may be refused here: by how the archive contradicts itself. */
const ODDITIES: Readonly<Record<Oddity, string>> = {
  'bytes-behind-end': 'The archive does not end where it says: it was cut, or something was added.',
  moved: 'The directory is not where the end record says; Python takes the difference for bytes before the archive.',
  miscounted: 'The directory has more or fewer entries than the end record says; Python does not count.',
  torn: 'A record reaches out of the directory; Python takes what is there of it.',
  'no-end-record': 'It has no directory that could be found; bsdtar goes by the local headers.',
  'disk-count': 'The locator of the directory does not count one volume; bsdtar goes by the local headers then.',
  'several-disks': 'It says that it is one of several volumes; Python does not care.',
};

/** And by the reason that is given for one of its entries. */
const REASONS: Readonly<Record<string, string>> = {
  symlink: 'Symbolic links may lead out of the directory; Python writes them as files.',
  overlap: 'Entries that share bytes are how a small archive becomes a huge one.',
  ratio: 'The entry is beyond the limits.',
  'too-large': 'The archive is beyond the limits.',
  'too-many-entries': 'The archive is beyond the limits.',
  'unsupported-method': 'Only stored and deflated entries are read; Python knows bzip2 and LZMA too.',
  encrypted: 'A folder says that it is encrypted; Python does not look at folders.',
  'no-end': 'The deflated bytes have no end; Python stops when it has the length.',
  'size-mismatch': 'A stored entry has two different lengths; Python goes by one of them.',
};

/** And by what one reader does not look at, as far as the archive bears it out. */
const BLIND_SPOTS = {
  'local-crc': 'The local header has another CRC-32 than the directory, and that of the bytes; unzip goes by it.',
  unread: 'The entry is damaged, and is empty or says that it is a device; bsdtar does not check those.',
} as const;

/** All of them, in words. */
export const EXPLANATIONS: Readonly<Record<string, string>> = {
  ...ODDITIES,
  ...REASONS,
  ...BLIND_SPOTS,
};

/** Those that archives are compared with. */
export type OtherReader = 'python' | 'unzip' | 'bsdtar';

/** Which explanations were needed, and what has none. */
export interface Comparison {
  explained: string[];
  findings: string[];
}

/**
 * Compares what this reader made of an archive with what another has.
 *
 * @param reader the other
 * @param read what the other has read, if it tells; undefined when it refuses the archive
 */
export function compare(
  reader: OtherReader,
  bytes: Buffer,
  verdict: Verdict,
  read: [number, number][] | 'accepted' | undefined,
): Comparison {
  if (read === undefined) return { explained: [], findings: [] };
  const { isAccepted, reasons, files } = verdict;
  // The others do not read how many volumes there are.
  const oddities = [...odditiesOf(bytes)].filter((oddity) => oddity !== 'disk-count' || reader === 'bsdtar');
  if (isAccepted) {
    if (read === 'accepted') return { explained: [], findings: [] };
    const own = files.map((file) => `${file.bytes}:${file.crc32}`).sort();
    const others = read.map(([length, crc]) => `${length}:${crc}`).sort();
    if (own.join() === others.join()) return { explained: [], findings: [] };
    return oddities.length > 0
      ? { explained: oddities, findings: [] }
      : { explained: [], findings: ['read other files than the second reader'] };
  }
  if (oddities.length > 0) return { explained: oddities, findings: [] };
  const named = nameBlindSpots(reader, bytes, reasons);
  const unexplained = named.filter((reason) => !(reason in EXPLANATIONS));
  if (unexplained.length === 0) return { explained: [...new Set(named)], findings: [] };
  return { explained: [], findings: [`refused as ${unexplained.join(', ')} what the second reader accepts`] };
}

/** Gives damages another name, where there are no more of them than entries that the other reader does not look at. */
function nameBlindSpots(reader: OtherReader, bytes: Buffer, reasons: readonly string[]): string[] {
  const rename = (from: readonly string[], to: keyof typeof BLIND_SPOTS, entries: number) => {
    const isBorneOut = reasons.filter((reason) => from.includes(reason)).length <= entries;
    return reasons.map((reason) => (isBorneOut && from.includes(reason) ? to : reason));
  };
  if (reader === 'unzip') {
    const entries = examineEntries(bytes).filter(({ isRightInLocalHeader }) => isRightInLocalHeader);
    return rename(['crc-mismatch'], 'local-crc', entries.length);
  }
  if (reader === 'bsdtar') {
    const entries = examineEntries(bytes).filter(
      ({ isIntact, isEmpty, isSpecial }) => !isIntact && (isEmpty || isSpecial),
    );
    return rename(['crc-mismatch', 'invalid-data'], 'unread', entries.length);
  }
  return [...reasons];
}
