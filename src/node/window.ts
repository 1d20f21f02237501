/** How much may be under way before more is asked for. */
export interface Window {
  /** Something begins. A promise asks to wait until there is room again. */
  enter(bytes: number): Promise<void> | undefined;
  /** It has ended. */
  leave(bytes: number): void;
}

/** Counts what is under way, in pieces and in bytes. */
export function createWindow(maxCount: number, maxBytes: number): Window {
  let count = 0;
  let bytes = 0;
  // One promise for all who wait: there may be thousands of tiny pieces in a chunk.
  let room: { promise: Promise<void>; resolve: () => void } | undefined;
  const isFull = () => count >= maxCount || bytes >= maxBytes;

  const waitForRoom = () => {
    let resolve = (): void => undefined;
    const promise = new Promise<void>((settle) => (resolve = settle));
    return { promise, resolve };
  };

  return {
    enter(added) {
      count++;
      bytes += added;
      if (!isFull()) return undefined;
      room ??= waitForRoom();
      return room.promise;
    },
    leave(removed) {
      count--;
      bytes -= removed;
      if (room === undefined || isFull()) return;
      room.resolve();
      room = undefined;
    },
  };
}
