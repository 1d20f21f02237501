/** A part of a page that the search can lead to. */
export interface Section {
  /** The fragment, without `#`; empty for the top of the page. */
  id: string;
  title: string;
  /** 1 for the title of the page. */
  level: number;
  /** Plain words. */
  text: string;
}

/** One page of the site, before the frame is put around it. */
export interface Page {
  /** Where it is in the site, such as `guide/errors.html`. */
  path: string;
  /** The heading in the navigation. */
  group: 'Guide' | 'HTTP API' | 'TypeScript API';
  title: string;
  /** The HTML between the frame. */
  html: string;
  sections: Section[];
}

/** The way from one page to another, as a relative URL, so that the site works from any folder and from disk. */
export function relativeUrl(from: string, to: string): string {
  return '../'.repeat(from.split('/').length - 1) + to;
}
