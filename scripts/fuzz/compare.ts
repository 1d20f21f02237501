import { odditiesOf, type Oddity } from './anatomy.js';
import { examineEntries } from './examine-entries.js';
import type { Verdict } from './verdict.js';

/** Why an archive that another reader accepts may be refused here, by the way in which it contradicts itself. */
const ODDITIES: Readonly<Record<Oddity, string>> = {
  'bytes-behind-end': 'The archive does not end where it says: it was cut, or something was added.',
  moved: 'The directory is not where the end record says; Python takes the difference for bytes before the archive.',
  miscounted: 'The directory has more or fewer entries than the end record says; Python does not count.',
  torn: 'A record reaches out of the directory; Python takes what is there of it.',
  'no-end-record': 'It has no directory that could be found; bsdtar goes by the local headers.',
  'disk-count': 'The locator of the directory does not count one volume; bsdtar goes by the local headers then.',
  'several-disks': 'It says that it is one of several volumes; Python does not care.',
};

/** Why such an archive may be refused, by the reason of the error. */
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

/** Why such an archive may be refused, by what the other reader does not check. */
const BLIND_SPOTS = {
  'local-crc': 'The local header has another CRC-32 than the directory, and that of the bytes; unzip goes by it.',
  unread: 'The entry is damaged, and is empty or says that it is a device; bsdtar does not check those.',
} as const;

/** All explanations by name. */
export const EXPLANATIONS: Readonly<Record<string, string>> = {
  ...ODDITIES,
  ...REASONS,
  ...BLIND_SPOTS,
};

/** The readers that this package's reader is compared with. */
export type OtherReader = 'python' | 'unzip' | 'bsdtar';

/** The explanations that a comparison needed, and the differences that have none. */
export interface Comparison {
  explained: string[];
  findings: string[];
}

/**
 * Compares the result of this package's reader with that of another one.
 *
 * @param reader the other reader
 * @param read the length and CRC-32 of each file that the other reader has read, or `accepted` if it does not list
 * them; undefined if it refuses the archive
 */
export function compare(
  reader: OtherReader,
  bytes: Buffer,
  verdict: Verdict,
  read: [number, number][] | 'accepted' | undefined,
): Comparison {
  if (read === undefined) return { explained: [], findings: [] };
  const { isAccepted, reasons, files } = verdict;
  // Only bsdtar reads the number of volumes.
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

/**
 * Replaces reasons for damaged entries by the name of a blind spot of the other reader. It only does so if there are no
 * more of these reasons than entries that the reader does not check.
 */
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
