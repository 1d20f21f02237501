import { relativeUrl, type Page } from './page.js';
import { escape } from './render-markdown.js';

/** The content security policy: pages may only load files of the site and inline content, nothing from other hosts. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  'font-src data:',
  'connect-src blob: data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** A link in the navigation to a section of a page. */
export interface SubLink {
  title: string;
  /** Path and fragment in the site. */
  target: string;
}

export interface Frame {
  /** Every page of the site, in the order of the navigation. */
  pages: Page[];
  /** The links that the navigation shows below a page, by the page's path. */
  subLinks: ReadonlyMap<string, SubLink[]>;
  /** The version of the package. */
  version: string;
}

/**
 * Renders the complete HTML of a page: its own HTML in the common frame with navigation and search.
 *
 * @param head additional HTML for the head
 */
export function renderPage(page: Page, frame: Frame, head = ''): string {
  const url = (target: string) => escape(relativeUrl(page.path, target));
  // Redoc brings its own main element.
  const tag = page.group === 'HTTP API' ? 'div' : 'main';
  return `<!doctype html>
<html lang="en" data-root="${relativeUrl(page.path, '')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(page.path === 'index.html' ? 'scenario-downloads' : `${page.title} · scenario-downloads`)}</title>
<link rel="icon" href="data:,">
${head}
<link rel="stylesheet" href="${url('site.css')}">
<script defer src="${url('search-index.js')}"></script>
<script defer src="${url('site.js')}"></script>
</head>
<body class="${page.group === 'HTTP API' ? 'reference' : 'text'}">
<a class="skip" href="#content">Skip to the content</a>
<header class="bar">
<button type="button" class="menu-button" aria-expanded="false" aria-controls="navigation">Menu</button>
<a class="brand" href="${url('index.html')}">scenario-downloads <span class="version">${escape(frame.version)}</span></a>
<div class="search" role="search">
<input type="search" id="search" placeholder="Search" aria-label="Search the documentation" aria-keyshortcuts="/ Control+K"
 role="combobox" aria-expanded="false" aria-controls="results" aria-autocomplete="list" autocomplete="off" spellcheck="false">
<ul id="results" role="listbox" aria-label="Results" hidden></ul>
</div>
</header>
<div class="columns">
<nav id="navigation" aria-label="Documentation">
${renderNavigation(page, frame, url)}
</nav>
<${tag} id="content" tabindex="-1">
${page.html}
</${tag}>
</div>
</body>
</html>
`;
}

function renderNavigation(page: Page, { pages, subLinks }: Frame, url: (target: string) => string): string {
  const groups = [...new Set(pages.map(({ group }) => group))];
  return groups
    .map((group) => {
      const items = pages
        .filter((one) => one.group === group)
        .map((one) => {
          const current = one.path === page.path ? ' aria-current="page"' : '';
          const below = (subLinks.get(one.path) ?? [])
            .map(({ title, target }) => `<li><a href="${url(target)}">${breakable(title)}</a></li>`)
            .join('\n');
          const list = below !== '' && current !== '' ? `\n<ul>\n${below}\n</ul>` : '';
          return `<li><a href="${url(one.path)}"${current}>${escape(one.title)}</a>${list}</li>`;
        });
      return `<h2>${group}</h2>\n<ul>\n${items.join('\n')}\n</ul>`;
    })
    .join('\n');
}

/** Escapes a name, and allows line breaks between the words of a camel-case name. */
function breakable(name: string): string {
  return escape(name).replace(/(?<=[a-z])(?=[A-Z])/g, '<wbr>');
}
