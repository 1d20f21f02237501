/**
 * Reports every element as visible. Redoc renders an operation only when it comes near the viewport, so the browser's
 * search would miss it and links would jump. The document is small enough to render everything at once. This script
 * must run before Redoc.
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
    // `observe` has already reported the element.
  }

  disconnect(): void {
    // `observe` has already reported the element.
  }

  takeRecords(): IntersectionObserverEntry[] {
    return [];
  }
}
globalThis.IntersectionObserver = NearObserver;
