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

/** The options of {@link saveAll}. Only `directory` is required. */
export interface SaveOptions {
  /** The directory to save into. Created if it does not exist. */
  directory: string;
  /** Fetches each asset separately, converted to this format (`downloadRequest`). Only for selections of asset ids. */
  targetFormat?: TargetFormat | undefined;
  /** `false` saves all archives without unpacking them. Their contents are still verified. Default true. */
  extract?: boolean | undefined;
  /** Keeps the archives beside the files. Archives of earlier jobs stay, even with `force`. Default false. */
  keepArchives?: boolean | undefined;
  /** Saves only the files for whose path this returns true. Called once for each file, before it is saved. */
  include?: ((path: string) => boolean) | undefined;
  /** Saves no file for whose path this returns true. */
  exclude?: ((path: string) => boolean) | undefined;
  /** Requests and fetches everything again, and replaces files that are already there. Default false. */
  force?: boolean | undefined;
  /** The template for the names of the files in the archives. Default: see `planBatches`. */
  fileNameTemplate?: string | undefined;
  /** Whether the archives have no folders. Default: decided by the server. */
  flat?: boolean | undefined;
  /** The maximum number of ids in a batch. Default 1000. */
  batchSize?: number | undefined;
  /** The maximum number of jobs, or of assets with `targetFormat`, that are in progress at once. Default 4. */
  concurrency?: number | undefined;
  /** The maximum number of connections to file hosts, over all archives. Default 8. */
  connections?: number | undefined;
  /**
   * How long to wait for one job, in milliseconds; the last status request is sent then, and has 10 s more for its
   * response. Default 1,800,000 (30 minutes).
   */
  timeoutMs?: number | undefined;
  /** How long a connection to a file host may receive nothing before it is closed, in milliseconds. Default 30,000. */
  stallTimeoutMs?: number | undefined;
  /** The limits of an archive. Default: 100,000 entries, 1 TiB unpacked, 250 unpacked bytes per compressed byte. */
  limits?: Partial<ArchiveLimits> | undefined;
  /** Aborts the call. The promise rejects with the signal's `reason`, and files saved so far are kept. */
  signal?: AbortSignal | undefined;
  /** Called with every event except `retry`, which goes to the `onProgress` of the client. */
  onProgress?: ((event: SaveEvent) => void) | undefined;
  /** The source of time and random numbers. Default: those of the runtime. */
  clock?: Clock | undefined;
  /** The variables among which HTTPS_PROXY, ALL_PROXY and NO_PROXY are looked up. Default: `process.env`. */
  env?: Environment | undefined;
}

/** The options with all defaults filled in. */
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

/** The names of all options, so that a misspelt one is rejected even in JavaScript, which has no compiler. */
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
/** Options about archives with these values have no effect, so they are allowed together with `targetFormat`. */
const DEFAULTS: Partial<SaveOptions> = { extract: true, keepArchives: false };

const DEFAULT_LIMITS: ArchiveLimits = { entries: 100_000, totalBytes: 2 ** 40, ratio: 250 };

/**
 * Validates the options and fills in the defaults.
 *
 * @throws {InvalidInputError} that names the invalid option
 */
export function resolveSaveOptions(given: SaveOptions): ResolvedSaveOptions {
  // A JavaScript caller may pass no options at all.
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

/**
 * Calls a filter. In JavaScript it may return any value, such as the null or array of `path.match()`, so the result is
 * converted. A promise is refused, because it would always count as true.
 */
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
