import { startMenu } from './menu.js';
import { startSearchBox } from './search-box.js';
import type { Entry } from './search.js';
import { unfoldReference } from './unfold-reference.js';

declare global {
  /** Set by search-index.js, which runs before this script. */
  var searchIndex: readonly Entry[];
}

function find(selector: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(selector);
  if (!element) throw new Error(`The page has no ${selector}`);
  return element;
}

const root = document.documentElement.dataset['root'] ?? '';
const search = find('#search');
const navigation = find('#navigation');
startMenu(find('.menu-button'), navigation);
navigation.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
if (search instanceof HTMLInputElement) startSearchBox(search, find('#results'), globalThis.searchIndex, root);
if (document.body.classList.contains('reference')) unfoldReference(find('#content'));
