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

/** What {@link startSandbox} takes. Everything is optional. */
export interface SandboxOptions {
  /** The API's port. Default 0: a free one. */
  port?: number;
  /** The file host's port. Default 0: a free one. */
  fileHostPort?: number;
  /**
   * The address that both listen on. With `0.0.0.0` or `::`, which mean all of them, the URLs have `127.0.0.1` or `[::1]`.
   * Default `127.0.0.1`.
   */
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

const STATES = ['queued', 'in-progress', 'finalizing', 'success'];

/**
 * Fills in the defaults.
 *
 * @throws RangeError for a number that makes no sense
 * @throws TypeError for an option that there is not, and for any other value that makes no sense
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
  // HTTP Basic ends the key at the first colon. The message does not show what may have a secret behind it.
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
