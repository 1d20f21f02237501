/** A part of a page that the search can find. */
export interface Section {
  /** The fragment, without `#`; empty for the top of the page. */
  id: string;
  title: string;
  /** 1 for the title of the page. */
  level: number;
  /** The text without markup. */
  text: string;
}

/** One page of the site, without the common frame. */
export interface Page {
  /** The path in the site, such as `guide/errors.html`. */
  path: string;
  /** The heading that the navigation lists the page under. */
  group: 'Guide' | 'HTTP API' | 'TypeScript API';
  title: string;
  /** The HTML inside the frame. */
  html: string;
  sections: Section[];
}

/** Returns the relative URL from one page to another. Relative URLs let the site work in any folder and from disk. */
export function relativeUrl(from: string, to: string): string {
  return '../'.repeat(from.split('/').length - 1) + to;
}
