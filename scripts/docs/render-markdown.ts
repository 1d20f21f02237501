import { Marked, type Tokens } from 'marked';
import { createHighlighter, type Highlighter } from 'shiki';
import type { LinkTargets } from './link-target.js';
import { relativeUrl, type Section } from './page.js';

export interface RenderedMarkdown {
  title: string;
  html: string;
  sections: Section[];
}

let highlighter: Promise<Highlighter> | undefined;

/**
 * Renders Markdown as HTML with highlighted code, and returns its headings as sections. A name of the API in backticks
 * becomes a link to where it is explained.
 *
 * @param path the path of the page in the site
 * @throws {Error} for a link to a Markdown file that has no page
 */
export async function renderMarkdown(
  markdown: string,
  path: string,
  { targets, pages }: { targets: LinkTargets; pages: ReadonlyMap<string, string> },
): Promise<RenderedMarkdown> {
  highlighter ??= createHighlighter({
    themes: ['github-light', 'github-dark'],
    langs: ['typescript', 'shellscript', 'json', 'html', 'yaml'],
  });
  const { codeToHtml } = await highlighter;
  const sections: Section[] = [];
  const link = (name: string) => {
    const target = targets.get(name);
    return target === undefined ? undefined : relativeUrl(path, target);
  };

  const marked = new Marked();
  marked.use({
    renderer: {
      heading({ depth, tokens, text }: Tokens.Heading) {
        const title = plainText(text);
        const id = uniqueId(slug(title), sections);
        sections.push({ id: depth === 1 ? '' : id, title, level: depth, text: '' });
        const anchor =
          depth === 1 ? '' : ` <a class="anchor" href="#${id}" aria-label="Link to ${escape(title)}">#</a>`;
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}${anchor}</h${depth}>\n`;
      },
      code({ text, lang }: Tokens.Code) {
        const html = codeToHtml(text, {
          lang: lang ?? 'text',
          themes: { light: 'github-light', dark: 'github-dark' },
          defaultColor: false,
        });
        return linkIdentifiers(html, link);
      },
      codespan({ text }: Tokens.Codespan) {
        const url = link(text.replace(/\(\)$/, ''));
        const code = `<code>${escape(text)}</code>`;
        return url === undefined ? code : `<a href="${url}">${code}</a>`;
      },
      link({ href, tokens }: Tokens.Link) {
        const [file = '', fragment] = href.split('#');
        let url = href;
        if (file.endsWith('.md')) {
          const page = pages.get(file);
          if (page === undefined) throw new Error(`${path} links to ${file}, which is no page`);
          url = relativeUrl(path, page) + (fragment === undefined ? '' : `#${fragment}`);
        }
        return `<a href="${escape(url)}">${this.parser.parseInline(tokens)}</a>`;
      },
      table(token: Tokens.Table) {
        const cells = (row: Tokens.TableCell[], tag: string) =>
          row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('');
        const rows = token.rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
        const head = `<thead><tr>${cells(token.header, 'th')}</tr></thead>`;
        // The container scrolls on a narrow screen; `tabindex` makes it scrollable by keyboard.
        return `<div class="table" tabindex="0"><table>${head}<tbody>${rows}</tbody></table></div>\n`;
      },
    },
  });
  const tokens = marked.lexer(markdown);
  const html = marked.parser(tokens);
  addTexts(
    tokens.map(({ type, raw }) => ({ isHeading: type === 'heading', raw })),
    sections,
  );
  return { title: sections[0]?.title ?? path, html, sections };
}

function addTexts(tokens: { isHeading: boolean; raw: string }[], sections: Section[]): void {
  let at = -1;
  for (const { isHeading, raw } of tokens) {
    if (isHeading) at++;
    else {
      const section = sections[at];
      if (section) section.text = `${section.text} ${plainText(raw)}`.trim();
    }
  }
}

/** Adds links to the names in highlighted code that are explained in the site. */
function linkIdentifiers(html: string, link: (name: string) => string | undefined): string {
  return html.replace(
    />(\s*)([A-Za-z_$][\w$]*)(\s*)<\/span>/g,
    (match, before: string, name: string, after: string) => {
      const url = link(name);
      return url === undefined ? match : `>${before}<a href="${url}">${name}</a>${after}</span>`;
    },
  );
}

function plainText(markdown: string): string {
  return markdown
    .replaceAll('\\|', 'or')
    .replace(/```\w*/g, ' ')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*|]|^\s*[-#>]+\s/gm, ' ')
    .replace(/-{3,}/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s+/g, '-');
}

function uniqueId(id: string, sections: Section[]): string {
  let unique = id;
  for (let next = 1; sections.some((section) => section.id === unique); next++) unique = `${id}-${next}`;
  return unique;
}

/** Escapes text for HTML. */
export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
