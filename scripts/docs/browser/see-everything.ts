/**
 * Redoc puts an operation into the page only when it comes near the screen, so that the browser's own search would miss
 * it and links would jump. Here everything counts as near: the document is small. Has to run before Redoc does.
 */
class NearObserver implements IntersectionObserver {
  readonly root = null;
  readonly rootMargin = '';
  readonly scrollMargin = '';
  readonly thresholds = [];
  readonly #callback: IntersectionObserverCallback;

  constructor(callback: IntersectionObserverCallback) {
    this.#callback = callback;
  }

  observe(target: Element): void {
    const rectangle = target.getBoundingClientRect();
    const entry: IntersectionObserverEntry = {
      target,
      isIntersecting: true,
      intersectionRatio: 1,
      boundingClientRect: rectangle,
      intersectionRect: rectangle,
      rootBounds: null,
      time: performance.now(),
    };
    queueMicrotask(() => this.#callback([entry], this));
  }

  unobserve(): void {
    // It has already told all that it will.
  }

  disconnect(): void {
    // It has already told all that it will.
  }

  takeRecords(): IntersectionObserverEntry[] {
    return [];
  }
}
globalThis.IntersectionObserver = NearObserver;
