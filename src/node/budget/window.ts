/** Limits how much work may be in progress before more is started. */
export interface Window {
  /**
   * Registers an item that begins. If the window is full, returns a promise that is fulfilled when an item has ended.
   */
  enter(bytes: number): Promise<void> | undefined;
  /** Registers the end of an item. */
  leave(bytes: number): void;
}

/** Creates a window that is full at this many items or bytes. */
export function createWindow(maxCount: number, maxBytes: number): Window {
  let count = 0;
  let bytes = 0;
  // For each item that ends, one waiter continues. If all of them did, everything they read would be in progress at
  // once.
  const waiting: (() => void)[] = [];

  return {
    enter(added) {
      count++;
      bytes += added;
      if (count < maxCount && bytes < maxBytes) return undefined;
      return new Promise((resolve) => waiting.push(resolve));
    },
    leave(removed) {
      count--;
      bytes -= removed;
      waiting.shift()?.();
    },
  };
}
