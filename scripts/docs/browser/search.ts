/** An entry of the search index: a page or a section. */
export interface Entry {
  /** Relative to the root of the site. */
  url: string;
  title: string;
  /** The title of the page that contains the entry. */
  page: string;
  text: string;
}

/**
 * Returns the entries that contain every word of the query, the best first. A match in a title counts more than one in
 * a text, and a match at the start of a word more than one inside it.
 */
export function findEntries(index: readonly Entry[], query: string, limit: number): Entry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return index
    .map((entry) => ({ entry, score: scoreOf(entry, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ entry }) => entry);
}

function scoreOf({ title, page, text }: Entry, words: string[]): number {
  let total = 0;
  for (const word of words) {
    const score =
      20 * place(title, word) + 3 * place(page, word) + place(text, word) + (title.toLowerCase() === word ? 50 : 0);
    if (score === 0) return 0;
    total += score;
  }
  return total;
}

/** Returns 0 when the text does not contain the word, 2 when a word of the text begins with it, else 1. */
function place(text: string, word: string): 0 | 1 | 2 {
  const lower = text.toLowerCase();
  for (let at = lower.indexOf(word), best: 0 | 1 = 0; ; at = lower.indexOf(word, at + 1)) {
    if (at === -1) return best;
    if (at === 0 || !/[\p{L}\p{N}]/u.test(lower.charAt(at - 1))) return 2;
    best = 1;
  }
}

/** Returns a part of the text around the first word of the query. */
export function excerpt(text: string, query: string, length = 110): string {
  const [word = ''] = query.toLowerCase().split(/\s+/).filter(Boolean);
  const start = Math.max(0, text.toLowerCase().indexOf(word) - 40);
  const from = start === 0 ? 0 : text.indexOf(' ', start) + 1;
  const part = text.slice(from, from + length);
  return (from > 0 ? '… ' : '') + part + (from + length < text.length ? ' …' : '');
}
