/** How much may be under way before more is asked for. */
export interface Window {
  /** Something begins. A promise asks to wait until something else has ended. */
  enter(bytes: number): Promise<void> | undefined;
  /** It has ended. */
  leave(bytes: number): void;
}

/** Counts what is under way, in pieces and in bytes. */
export function createWindow(maxCount: number, maxBytes: number): Window {
  let count = 0;
  let bytes = 0;
  // One goes on for each that ends: if all did, all that they bring would be under way at once.
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
