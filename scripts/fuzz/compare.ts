import { odditiesOf, type Oddity } from './anatomy.js';
import type { Verdict } from './verdict.js';

/** Why an archive that Python reads may be refused here: by how the archive contradicts itself. */
const ODDITIES: Readonly<Record<Oddity, string>> = {
  'bytes-behind-end': 'The archive does not end where it says: it was cut, or something was added.',
  moved: 'The directory is not where the end record says; Python takes the difference for bytes before the archive.',
  miscounted: 'The directory has more or fewer entries than the end record says; Python does not count.',
  torn: 'A record reaches out of the directory; Python takes what is there of it.',
  'no-end-record': 'It has no directory that could be found; bsdtar goes by the local headers.',
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

/** Which explanations were needed, and what has none. */
export interface Comparison {
  explained: string[];
  findings: string[];
}

/**
 * Compares what this reader made of an archive with what another has.
 *
 * @param read what the other has read, if it tells; undefined when it refuses the archive
 */
export function compare(
  bytes: Buffer,
  verdict: Verdict,
  read: [number, number][] | 'accepted' | undefined,
): Comparison {
  if (read === undefined) return { explained: [], findings: [] };
  const { isAccepted, reasons, files } = verdict;
  const oddities = [...odditiesOf(bytes)].filter((oddity) => oddity in ODDITIES);
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
  const unexplained = reasons.filter((reason) => !(reason in REASONS));
  if (unexplained.length === 0) return { explained: [...new Set(reasons)], findings: [] };
  return { explained: [], findings: [`refused as ${unexplained.join(', ')} what the second reader accepts`] };
}
