/** Lets a limited number in at a time, first come, first served. */
export interface Semaphore {
  limit(): number;
  /** Nobody is thrown out. */
  setLimit(limit: number): void;
  active(): number;
  waiting(): number;
  /** Resolves when there is room. To be followed by one `release`. */
  acquire(): Promise<void>;
  release(): void;
}

/** @param limit how many may be in at a time */
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
