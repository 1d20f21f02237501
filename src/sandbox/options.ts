import type { JobContext } from './jobs.js';

/** What {@link startSandbox} takes. Everything is optional. */
export interface SandboxOptions {
  /** The API's port. Default 0: a free one. */
  port?: number;
  /** The file host's port. Default 0: a free one. */
  fileHostPort?: number;
  /** The address that both listen on. Default `127.0.0.1`. */
  host?: string;
  /** The HTTP Basic credentials that the API accepts. Default `sandbox-key` and `sandbox-secret`. */
  credentials?: SandboxCredentials;
  /** How long a job takes, in milliseconds. Default 1500. */
  jobDurationMs?: number | ((job: JobContext) => number);
  /**
   * The states a job passes through. The last one stays and comes with the URL if it is `success`; the others share
   * the duration evenly. Default `queued`, `in-progress`, `finalizing`, `success`.
   */
  jobStates?: readonly string[] | ((job: JobContext) => readonly string[]);
  /** How long a signed URL is valid, in milliseconds. Default 10 minutes. */
  urlLifetimeMs?: number;
  /** How many assets an inference id stands for. Default 4. */
  assetsPerInference?: number | ((inferenceId: string) => number);
  /** How many assets a model id stands for. Default 25. */
  assetsPerModel?: number | ((modelId: string) => number);
  /** Width and height of the pictures, in pixels. Default 32. */
  imageSize?: number;
  /** How many assets, not ids, a batch may stand for. Default 1000. */
  maxAssetsPerBatch?: number;
  /** What happens to a larger batch: it is answered with 400, or cut without a word. Default `reject`. */
  tooLarge?: 'reject' | 'truncate';
  /** Ids of assets that do not exist: left out of archives, 404 in `downloadRequest`. Default none. */
  missingAssets?: Iterable<string>;
  /** Ids of assets of another team: 403 in `downloadRequest` and for a batch that names one. Default none. */
  forbiddenAssets?: Iterable<string>;
  /** Ids of assets that are sounds: a `targetFormat` is answered with 400. Default none. */
  nonImageAssets?: Iterable<string>;
  /** How many jobs may run at once; one more is answered with 429, without Retry-After. Default no limit. */
  maxConcurrentJobs?: number;
  /** How many requests the API takes in any `perMs` milliseconds; one more is 429 with Retry-After. Default no limit. */
  rateLimit?: { requests: number; perMs: number };
  /** The clock for jobs, signed URLs, the rate limit and {@link RecordedRequest.at}. Default `Date.now`. */
  now?: () => number;
  /** How archives are written. */
  archive?: ArchiveOptions;
  /** Whether the sandbox checks its own answers against the spec, and answers 500 if one does not fit. Default true. */
  validateResponses?: boolean;
}

/** An API key and its secret. */
export interface SandboxCredentials {
  apiKey: string;
  apiSecret: string;
}

/** How archives are written. */
export interface ArchiveOptions {
  /** The method of every entry. Default `stored`. */
  compression?: 'stored' | 'deflated';
  /** Sizes and CRC come behind each entry instead of in its local header. Default false. */
  dataDescriptors?: boolean;
  /** Every record in ZIP64 form. Default false. */
  zip64?: boolean;
}

/** {@link SandboxOptions} with every default filled in. */
export interface Settings {
  port: number;
  fileHostPort: number;
  host: string;
  credentials: SandboxCredentials;
  jobDurationMs: (job: JobContext) => number;
  jobStates: (job: JobContext) => readonly string[];
  urlLifetimeMs: number;
  assetsPerInference: (inferenceId: string) => number;
  assetsPerModel: (modelId: string) => number;
  imageSize: number;
  maxAssetsPerBatch: number;
  tooLarge: 'reject' | 'truncate';
  missingAssets: ReadonlySet<string>;
  forbiddenAssets: ReadonlySet<string>;
  nonImageAssets: ReadonlySet<string>;
  maxConcurrentJobs: number;
  rateLimit: { requests: number; perMs: number } | undefined;
  now: () => number;
  archive: Required<ArchiveOptions>;
  validateResponses: boolean;
}

/**
 * Fills in the defaults.
 *
 * @throws RangeError for a number that makes no sense
 * @throws TypeError for an option that there is not
 */
export function resolveOptions(options: SandboxOptions): Settings {
  const settings = withDefaults(options);
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(settings, name)) continue;
    throw new TypeError(`startSandbox has no option ${name}; it has ${Object.keys(settings).join(', ')}`);
  }
  return settings;
}

function withDefaults(options: SandboxOptions): Settings {
  return {
    port: options.port ?? 0,
    fileHostPort: options.fileHostPort ?? 0,
    host: options.host ?? '127.0.0.1',
    credentials: options.credentials ?? { apiKey: 'sandbox-key', apiSecret: 'sandbox-secret' },
    jobDurationMs: asAmount('jobDurationMs', options.jobDurationMs ?? 1500),
    jobStates: asFunction(options.jobStates ?? ['queued', 'in-progress', 'finalizing', 'success']),
    urlLifetimeMs: positive('urlLifetimeMs', options.urlLifetimeMs ?? 600_000),
    assetsPerInference: asAmount('assetsPerInference', options.assetsPerInference ?? 4),
    assetsPerModel: asAmount('assetsPerModel', options.assetsPerModel ?? 25),
    imageSize: positive('imageSize', options.imageSize ?? 32),
    maxAssetsPerBatch: positive('maxAssetsPerBatch', options.maxAssetsPerBatch ?? 1000),
    tooLarge: options.tooLarge ?? 'reject',
    missingAssets: new Set(options.missingAssets),
    forbiddenAssets: new Set(options.forbiddenAssets),
    nonImageAssets: new Set(options.nonImageAssets),
    maxConcurrentJobs: options.maxConcurrentJobs ?? Infinity,
    rateLimit: options.rateLimit && {
      requests: positive('rateLimit.requests', options.rateLimit.requests),
      perMs: positive('rateLimit.perMs', options.rateLimit.perMs),
    },
    now: options.now ?? Date.now,
    archive: {
      compression: options.archive?.compression ?? 'stored',
      dataDescriptors: options.archive?.dataDescriptors ?? false,
      zip64: options.archive?.zip64 ?? false,
    },
    validateResponses: options.validateResponses ?? true,
  };
}

/** Zero is one. So is no end, for a job that never gets ready. */
function asAmount<Argument>(
  name: string,
  value: number | ((argument: Argument) => number),
): (argument: Argument) => number {
  if (typeof value !== 'number' || value >= 0) return asFunction(value);
  throw new RangeError(`${name} must be a number from 0, not ${value}`);
}

function asFunction<Argument, Value extends number | readonly string[]>(
  value: Value | ((argument: Argument) => Value),
): (argument: Argument) => Value {
  return typeof value === 'function' ? value : () => value;
}

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new RangeError(`${name} must be a positive whole number, not ${String(value)}`);
}
