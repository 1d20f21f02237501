import { excerpt, findEntries, type Entry } from './search.js';

const LIMIT = 12;

/**
 * Turns the input into a search box: results appear while the user types, arrow keys and Enter choose one, Escape
 * leaves the box, and `/` or Ctrl+K focuses it from anywhere.
 */
export function startSearchBox(
  input: HTMLInputElement,
  list: HTMLElement,
  index: readonly Entry[],
  root: string,
): void {
  let options: HTMLElement[] = [];
  let selected = -1;

  const select = (at: number) => {
    selected = at;
    options.forEach((option, position) => option.setAttribute('aria-selected', String(position === at)));
    const option = options[at];
    option?.scrollIntoView({ block: 'nearest' });
    if (option) input.setAttribute('aria-activedescendant', option.id);
    else input.removeAttribute('aria-activedescendant');
  };
  const show = (isOpen: boolean) => {
    list.hidden = !isOpen;
    input.setAttribute('aria-expanded', String(isOpen));
  };
  const update = () => {
    const entries = findEntries(index, input.value, LIMIT);
    options = entries.map((entry, at) => renderOption(entry, at, input.value, root));
    list.replaceChildren(...options);
    if (options.length === 0 && input.value.trim() !== '') list.append(renderNothing());
    show(input.value.trim() !== '');
    select(options.length > 0 ? 0 : -1);
  };

  input.addEventListener('input', update);
  input.addEventListener('focus', () => {
    if (input.value !== '') update();
  });
  input.addEventListener('blur', (event) => {
    if (!(event.relatedTarget instanceof Node && list.contains(event.relatedTarget))) show(false);
  });
  // A click on a result must not blur the input first, because the list would close before the click arrives.
  list.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', () => {
    input.value = '';
    input.blur();
  });
  input.addEventListener('keydown', (event) => {
    const count = options.length;
    if (event.key === 'ArrowDown' && count > 0) select((selected + 1) % count);
    else if (event.key === 'ArrowUp' && count > 0) select((selected + count - 1) % count);
    else if (event.key === 'Enter') options[selected]?.querySelector('a')?.click();
    else if (event.key === 'Escape') input.blur();
    else return;
    event.preventDefault();
  });
  // In the capture phase, because the reference has a search of its own with the same keys.
  window.addEventListener(
    'keydown',
    (event) => {
      const isCommand = event.key === 'k' && (event.ctrlKey || event.metaKey);
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
      if (!isCommand && (event.key !== '/' || isTyping)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      input.focus();
      input.select();
    },
    true,
  );
}

function renderOption(entry: Entry, at: number, query: string, root: string): HTMLElement {
  const option = document.createElement('li');
  option.id = `result-${at}`;
  option.role = 'option';
  const link = document.createElement('a');
  link.href = root + entry.url;
  link.tabIndex = -1;
  const title = document.createElement('strong');
  title.textContent = entry.title;
  const page = document.createElement('small');
  page.textContent = entry.page;
  const text = document.createElement('span');
  text.textContent = excerpt(entry.text, query);
  link.append(title, ' ', page, text);
  option.append(link);
  return option;
}

function renderNothing(): HTMLElement {
  const nothing = document.createElement('li');
  nothing.className = 'nothing';
  nothing.textContent = 'Nothing found';
  return nothing;
}
