/** Lets a limited number in at a time, first come, first served. */
export interface Semaphore {
  /** May be changed; nobody is thrown out. */
  limit: number;
  readonly active: number;
  readonly waiting: number;
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
    get limit() {
      return allowed;
    },
    set limit(value) {
      allowed = value;
      admit();
    },
    get active() {
      return active;
    },
    get waiting() {
      return queue.length;
    },
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
