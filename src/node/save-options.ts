import { resolve } from 'node:path';
import { requireTargetFormat } from '../asset-url.js';
import { systemClock, type Clock } from '../clock.js';
import { InvalidInputError } from '../errors.js';
import { DEFAULT_CONCURRENCY, DEFAULT_TIMEOUT_MS } from '../limits.js';
import { requireInteger, requireMilliseconds, show } from '../require.js';
import type { TargetFormat } from '../types.js';
import type { SaveEvent } from './events.js';
import type { Environment } from './http/proxy-for.js';
import { DEFAULT_CONNECTIONS, MAX_CONNECTIONS } from './transfer/connections.js';
import type { ArchiveLimits } from './zip/archive-limits.js';

/** What {@link saveAll} takes besides the selection. Only the directory has no default. */
export interface SaveOptions {
  /** Where the files go. Made if it is not there. */
  directory: string;
  /** Fetch each asset by itself, converted to this format (`downloadRequest`). For asset ids only. */
  targetFormat?: TargetFormat | undefined;
  /** `false` keeps the archives as they are, all of them, checked but not unpacked. Default true. */
  extract?: boolean | undefined;
  /** Keep the archives beside the files. Default false. Those of earlier jobs stay, with `force` too. */
  keepArchives?: boolean | undefined;
  /** Only files for whose path this is true; asked once for each, before any byte of it is fetched. */
  include?: ((path: string) => boolean) | undefined;
  /** No files for whose path this is true. */
  exclude?: ((path: string) => boolean) | undefined;
  /** Request and fetch everything anew, and replace what is there. Default false. */
  force?: boolean | undefined;
  /** How files are named in the archives. Default: see `planBatches`. */
  fileNameTemplate?: string | undefined;
  /** Whether the archives have no folders. Default: the server's. */
  flat?: boolean | undefined;
  /** How many ids a batch holds at most. Default 1000. */
  batchSize?: number | undefined;
  /** How many jobs, or single assets, may be under way at once. Default 4. */
  concurrency?: number | undefined;
  /** How many connections to file hosts there may be, over all archives. Default 8. */
  connections?: number | undefined;
  /** How long to wait for one job, in milliseconds. Default 1,800,000: 30 minutes. */
  timeoutMs?: number | undefined;
  /** How long a connection to a file host may be silent before it is given up, in milliseconds. Default 30,000. */
  stallTimeoutMs?: number | undefined;
  /** What an archive may be at most. Default: 100,000 entries, 1 TiB unpacked, 250 unpacked bytes for each packed one. */
  limits?: Partial<ArchiveLimits> | undefined;
  /** Calls everything off; the promise rejects with its `reason`. What was finished stays. */
  signal?: AbortSignal | undefined;
  /** Hears of everything that happens, but for `retry`: that is for the `onProgress` of the client. */
  onProgress?: ((event: SaveEvent) => void) | undefined;
  /** Time and chance. Default: the runtime's. */
  clock?: Clock | undefined;
  /** Where HTTPS_PROXY, ALL_PROXY and NO_PROXY are looked up. Default: the environment of the process. */
  env?: Environment | undefined;
}

/** The options with every default in its place. */
export interface ResolvedSaveOptions {
  directory: string;
  targetFormat: TargetFormat | undefined;
  extract: boolean;
  keepArchives: boolean;
  isWanted: (path: string) => boolean;
  force: boolean;
  concurrency: number;
  connections: number;
  timeoutMs: number;
  stallTimeoutMs: number;
  limits: ArchiveLimits;
  signal: AbortSignal | undefined;
  onProgress: ((event: SaveEvent) => void) | undefined;
  clock: Clock;
  env: Environment;
}

/** By their names, so that a misspelt one is found where no compiler looks. */
const KNOWN: Record<keyof SaveOptions, true> = {
  directory: true,
  targetFormat: true,
  extract: true,
  keepArchives: true,
  include: true,
  exclude: true,
  force: true,
  fileNameTemplate: true,
  flat: true,
  batchSize: true,
  concurrency: true,
  connections: true,
  timeoutMs: true,
  stallTimeoutMs: true,
  limits: true,
  signal: true,
  onProgress: true,
  clock: true,
  env: true,
};

const FUNCTIONS = ['include', 'exclude', 'onProgress'] as const;
const SWITCHES = ['extract', 'keepArchives', 'force', 'flat'] as const;
const ABOUT_ARCHIVES = ['extract', 'keepArchives', 'fileNameTemplate', 'flat'] as const;
/** Who passes on what is the default anyway has asked for nothing. */
const DEFAULTS: Partial<SaveOptions> = { extract: true, keepArchives: false };

const DEFAULT_LIMITS: ArchiveLimits = { entries: 100_000, totalBytes: 2 ** 40, ratio: 250 };

/** @throws {InvalidInputError} that names the option that cannot be used */
export function resolveSaveOptions(given: SaveOptions): ResolvedSaveOptions {
  // From JavaScript there may be none.
  const options = Object(given) as SaveOptions;
  requireKnown('saveAll', options, KNOWN);
  requireKnown('limits', options.limits ?? {}, DEFAULT_LIMITS);
  const { directory, targetFormat, extract = true, include, exclude } = options;
  if (typeof directory !== 'string' || directory === '' || directory.includes('\0')) {
    throw new InvalidInputError(`directory must be the path of a folder, but is ${show(directory)}.`);
  }
  for (const name of FUNCTIONS) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== 'function')
      throw new InvalidInputError(`${name} must be a function, but is ${show(value)}.`);
  }
  for (const name of SWITCHES) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== 'boolean')
      throw new InvalidInputError(`${name} must be true or false, but is ${show(value)}.`);
  }
  if (options.signal !== undefined && typeof options.signal.throwIfAborted !== 'function')
    throw new InvalidInputError(`signal must be an AbortSignal, but is ${show(options.signal)}.`);
  const archiveOption = ABOUT_ARCHIVES.find((name) => options[name] !== undefined && options[name] !== DEFAULTS[name]);
  if (targetFormat !== undefined && archiveOption !== undefined)
    throw new InvalidInputError(`${archiveOption} is about archives, and with targetFormat there is none.`);
  const filter = (['include', 'exclude'] as const).find((name) => options[name] !== undefined);
  if (!extract && filter !== undefined)
    throw new InvalidInputError(`${filter} is about files, and with extract: false there are archives alone.`);
  const limits = { ...DEFAULT_LIMITS, ...withoutUndefined(options.limits ?? {}) };
  requireInteger('limits.entries', limits.entries, 1, Number.MAX_SAFE_INTEGER);
  requireInteger('limits.totalBytes', limits.totalBytes, 1, Number.MAX_SAFE_INTEGER);
  if (typeof limits.ratio !== 'number' || !(limits.ratio >= 1))
    throw new InvalidInputError(`limits.ratio must be 1 or more, but is ${show(limits.ratio)}.`);
  return {
    directory: resolve(directory),
    targetFormat: targetFormat === undefined ? undefined : requireTargetFormat(targetFormat),
    extract,
    keepArchives: !extract || (options.keepArchives ?? false),
    isWanted: (path) =>
      (include === undefined || isTrueFor('include', include, path)) &&
      !(exclude !== undefined && isTrueFor('exclude', exclude, path)),
    force: options.force ?? false,
    concurrency: requireInteger('concurrency', options.concurrency ?? DEFAULT_CONCURRENCY, 1),
    connections: requireInteger('connections', options.connections ?? DEFAULT_CONNECTIONS, 1, MAX_CONNECTIONS),
    timeoutMs: requireMilliseconds('timeoutMs', options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    stallTimeoutMs: requireMilliseconds('stallTimeoutMs', options.stallTimeoutMs ?? 30_000),
    limits,
    signal: options.signal,
    onProgress: options.onProgress,
    clock: options.clock ?? systemClock,
    env: options.env ?? process.env,
  };
}

/** `path.match()` answers with null or a list, where no compiler looks. A promise is true, whatever it comes to. */
function isTrueFor(name: string, ask: (path: string) => boolean, path: string): boolean {
  const answer: unknown = ask(path);
  if (answer instanceof Promise) throw new InvalidInputError(`${name} must answer at once, but returns a promise.`);
  return Boolean(answer);
}

function requireKnown(name: string, options: object, known: object): void {
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(known, key));
  if (unknown === undefined) return;
  const names = Object.keys(known).join(', ');
  throw new InvalidInputError(`${name} has no option ${show(unknown)}; it has ${names}.`);
}

function withoutUndefined<Options extends object>(options: Options): Partial<Options> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<Options>;
}
