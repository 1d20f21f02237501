import type { JobContext } from './jobs.js';
import {
  amountOf,
  functionOf,
  oneOf,
  portOf,
  positive,
  recordOf,
  statesOf,
  stringsOf,
  textOf,
  truthOf,
} from './option-checks.js';

/** The options of {@link startSandbox}. */
export interface SandboxOptions {
  /** The port of the API. Default 0, which chooses a free one. */
  port?: number;
  /** The port of the file host. Default 0, which chooses a free one. */
  fileHostPort?: number;
  /**
   * The address on which both hosts listen. If it is `0.0.0.0` or `::`, they listen on all addresses, and URLs contain
   * `127.0.0.1` or `[::1]`. Default `127.0.0.1`.
   */
  host?: string;
  /** The HTTP Basic credentials that the API accepts. Default `sandbox-key` and `sandbox-secret`. */
  credentials?: SandboxCredentials;
  /** How long a job takes, in milliseconds. Default 1500. */
  jobDurationMs?: number | ((job: JobContext) => number);
  /**
   * The states that a job passes through. The states before the last one share the duration evenly. The job keeps the
   * last one, and has a URL if that is `success`. Default `queued`, `in-progress`, `finalizing`, `success`.
   */
  jobStates?: readonly string[] | ((job: JobContext) => readonly string[]);
  /** How long a signed URL is valid, in milliseconds. Default 10 minutes. */
  urlLifetimeMs?: number;
  /** The number of assets of an inference. Default 4. */
  assetsPerInference?: number | ((inferenceId: string) => number);
  /** The number of assets of a model. Default 25. */
  assetsPerModel?: number | ((modelId: string) => number);
  /** The width and height of the images, in pixels. Default 32. */
  imageSize?: number;
  /** The maximum number of assets in a batch, with those of its inferences and models. Default 1000. */
  maxAssetsPerBatch?: number;
  /** Whether a larger batch is rejected with 400, or silently truncated. Default `reject`. */
  tooLarge?: 'reject' | 'truncate';
  /** Ids of missing assets: archives leave them out, `downloadRequest` responds with 404. Default none. */
  missingAssets?: Iterable<string>;
  /**
   * Ids of assets of another team. `downloadRequest` responds with 403, and so does `downloadRequestBatch` if one is
   * among the `assetIds`. Default none.
   */
  forbiddenAssets?: Iterable<string>;
  /** Ids of assets that are sounds. A request to convert one to a `targetFormat` gets a 400. Default none. */
  nonImageAssets?: Iterable<string>;
  /** The maximum number of concurrent jobs. Another one gets a 429 without Retry-After. Default no limit. */
  maxConcurrentJobs?: number;
  /**
   * The maximum number of requests to the API in any `perMs` milliseconds. Further requests get a 429 with Retry-After.
   * Default no limit.
   */
  rateLimit?: { requests: number; perMs: number };
  /** The clock for jobs, signed URLs, the rate limit and {@link RecordedRequest.at}. Default `Date.now`. */
  now?: () => number;
  /** How archives are written. */
  archive?: ArchiveOptions;
  /** Whether the API validates its responses against the spec, and sends a 500 if one is invalid. Default true. */
  validateResponses?: boolean;
}

/** An API key and its secret. */
export interface SandboxCredentials {
  apiKey: string;
  apiSecret: string;
}

/** How archives are written. */
export interface ArchiveOptions {
  /** The compression method of every entry. Default `stored`. */
  compression?: 'stored' | 'deflated';
  /** Whether sizes and CRC follow the data of an entry instead of being in its local header. Default false. */
  dataDescriptors?: boolean;
  /** Whether every record is in ZIP64 form. Default false. */
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

const STATES = ['queued', 'in-progress', 'finalizing', 'success'];

/**
 * Validates the options and fills in the defaults.
 *
 * @throws RangeError if a number is out of range
 * @throws TypeError if an option is unknown, or has any other invalid value
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
    port: portOf('port', options.port ?? 0),
    fileHostPort: portOf('fileHostPort', options.fileHostPort ?? 0),
    host: textOf('host', options.host ?? '127.0.0.1'),
    credentials: checkCredentials(options.credentials),
    jobDurationMs: amountOf('jobDurationMs', options.jobDurationMs ?? 1500),
    jobStates: statesOf('jobStates', options.jobStates ?? STATES),
    urlLifetimeMs: positive('urlLifetimeMs', options.urlLifetimeMs ?? 600_000),
    assetsPerInference: amountOf('assetsPerInference', options.assetsPerInference ?? 4),
    assetsPerModel: amountOf('assetsPerModel', options.assetsPerModel ?? 25),
    imageSize: positive('imageSize', options.imageSize ?? 32),
    maxAssetsPerBatch: positive('maxAssetsPerBatch', options.maxAssetsPerBatch ?? 1000),
    tooLarge: oneOf('tooLarge', options.tooLarge ?? 'reject', ['reject', 'truncate']),
    missingAssets: new Set(stringsOf('missingAssets', options.missingAssets)),
    forbiddenAssets: new Set(stringsOf('forbiddenAssets', options.forbiddenAssets)),
    nonImageAssets: new Set(stringsOf('nonImageAssets', options.nonImageAssets)),
    maxConcurrentJobs: positive('maxConcurrentJobs', options.maxConcurrentJobs ?? Infinity, Infinity),
    rateLimit: checkRateLimit(options.rateLimit),
    now: functionOf('now', options.now ?? Date.now),
    archive: checkArchive(options.archive),
    validateResponses: truthOf('validateResponses', options.validateResponses ?? true),
  };
}

function checkCredentials(
  given: SandboxCredentials = { apiKey: 'sandbox-key', apiSecret: 'sandbox-secret' },
): SandboxCredentials {
  const { apiKey, apiSecret } = recordOf('credentials', given, ['apiKey', 'apiSecret']);
  textOf('credentials.apiKey', apiKey);
  // HTTP Basic ends the key at the first colon. The message does not show the key, which may contain the secret.
  if (apiKey.includes(':')) throw new TypeError('credentials.apiKey must have no colon in it: is it key:secret?');
  return { apiKey, apiSecret: textOf('credentials.apiSecret', apiSecret) };
}

function checkRateLimit(given: Settings['rateLimit']): Settings['rateLimit'] {
  if (given === undefined) return undefined;
  const { requests, perMs } = recordOf('rateLimit', given, ['requests', 'perMs']);
  return { requests: positive('rateLimit.requests', requests), perMs: positive('rateLimit.perMs', perMs) };
}

function checkArchive(given: ArchiveOptions = {}): Settings['archive'] {
  const archive = recordOf('archive', given, ['compression', 'dataDescriptors', 'zip64']);
  return {
    compression: oneOf('archive.compression', archive.compression ?? 'stored', ['stored', 'deflated']),
    dataDescriptors: truthOf('archive.dataDescriptors', archive.dataDescriptors ?? false),
    zip64: truthOf('archive.zip64', archive.zip64 ?? false),
  };
}
