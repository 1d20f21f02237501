/** Expands the operations, which Redoc collapses at first, so that the whole reference is visible at once. */
export function unfoldReference(content: HTMLElement): void {
  const observer = new MutationObserver(() => unfold());
  const unfold = () => {
    const button = [...content.querySelectorAll('button')].find(({ textContent }) => textContent === '+ Show');
    button?.click();
    // A URL that points to an operation has already expanded them. Afterwards, the reader may collapse them.
    if (button || content.querySelector('[data-section-id*="/"][data-section-id]:not([data-section-id="/"]) h3')) {
      observer.disconnect();
    }
  };
  observer.observe(content, { childList: true, subtree: true });
  unfold();
}
