/** Limits how many holders there are at a time, first come, first served. */
export interface Semaphore {
  limit(): number;
  /** Changes the limit. A lower limit does not affect those that hold the semaphore already. */
  setLimit(limit: number): void;
  active(): number;
  waiting(): number;
  /** Resolves when the limit allows another holder. Must be followed by exactly one `release`. */
  acquire(): Promise<void>;
  release(): void;
}

/** @param limit how many holders there may be at a time */
export function createSemaphore(limit: number): Semaphore {
  let allowed = limit;
  let active = 0;
  const queue: (() => void)[] = [];
  const admit = () => {
    while (active < allowed) {
      const next = queue.shift();
      if (next === undefined) return;
      active++;
      next();
    }
  };
  return {
    limit: () => allowed,
    setLimit(value) {
      allowed = value;
      admit();
    },
    active: () => active,
    waiting: () => queue.length,
    acquire() {
      const admitted = new Promise<void>((resolve) => queue.push(resolve));
      admit();
      return admitted;
    },
    release() {
      active--;
      admit();
    },
  };
}
