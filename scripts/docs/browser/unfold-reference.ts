/** Unfolds the operations, which Redoc folds at first, so that a reader sees the whole reference at once. */
export function unfoldReference(content: HTMLElement): void {
  const observer = new MutationObserver(() => unfold());
  const unfold = () => {
    const button = [...content.querySelectorAll('button')].find(({ textContent }) => textContent === '+ Show');
    button?.click();
    // An address with an operation in it has unfolded them already. After that, folding is the reader's.
    if (button || content.querySelector('[data-section-id*="/"][data-section-id]:not([data-section-id="/"]) h3')) {
      observer.disconnect();
    }
  };
  observer.observe(content, { childList: true, subtree: true });
  unfold();
}
