import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApiServer } from './api-server.js';
import { createFaults, type Faults } from './faults.js';
import { createFileHost } from './file-host.js';
import { createJobStore, type SandboxJob } from './jobs.js';
import { resolveOptions, type SandboxCredentials, type SandboxOptions } from './options.js';
import type { RecordedRequest, Violation } from './requests.js';
import { createSigner } from './signing.js';
import { loadSpec } from './spec.js';

/** A running sandbox. */
export interface Sandbox {
  /** Where the API is, such as `http://127.0.0.1:49152/v1`. */
  readonly baseUrl: string;
  /** The origin of the signed URLs; another port than the API's. */
  readonly fileHostUrl: string;
  /** What the API accepts. */
  readonly credentials: SandboxCredentials;
  /** What shall go wrong. */
  readonly faults: Faults;
  /** Every request that is over, at both hosts, in the order in which they ended. */
  readonly requests: readonly RecordedRequest[];
  /** What must not happen: credentials at the file host, an answer of the sandbox that breaks the spec. */
  readonly violations: readonly Violation[];
  /** The jobs as they are now, oldest first. */
  readonly jobs: readonly SandboxJob[];
  /** Stops both hosts at once and closes every connection, silent ones too. May be called again. */
  close: () => Promise<void>;
  [Symbol.asyncDispose]: () => Promise<void>;
}

/**
 * Starts a local API that stands on the bundled spec, and a file host on another port. Requests are validated against
 * the spec, jobs take time, archives are ZIP files with pictures in them, URLs are signed and expire.
 *
 * @throws RangeError for a number that makes no sense, TypeError for any other option that makes none; the error of Node
 *   when a port cannot be had
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = resolveOptions(options);
  const jobs = createJobStore(settings);
  const signer = createSigner(settings);
  const faults = createFaults();
  const requests: RecordedRequest[] = [];
  const violations: Violation[] = [];

  const fileHost = createFileHost({ settings, jobs, signer, faults, requests, violations });
  const fileHostUrl = await listen(fileHost, settings.fileHostPort, settings.host);
  const signedUrl = (path: string) => fileHostUrl + signer.sign(path);
  const spec = loadSpec();
  const api = createApiServer({ settings, spec, jobs, signedUrl, faults, requests, violations });
  const apiUrl = await listen(api, settings.port, settings.host).catch(async (error: unknown) => {
    await stop(fileHost);
    throw error;
  });

  let closed: Promise<unknown> | undefined;
  const close = async () => {
    closed ??= Promise.all([stop(api), stop(fileHost)]);
    await closed;
  };
  return {
    baseUrl: apiUrl + spec.basePath,
    fileHostUrl,
    credentials: settings.credentials,
    faults,
    requests,
    violations,
    get jobs() {
      return jobs.list();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * Where to reach a server that listens on all addresses. Those that mean all of them are none to connect to, and a client
 * that sends credentials over http does so on this machine only.
 */
const LOOPBACK = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** Resolves with the origin. */
async function listen(server: Server, port: number, host: string): Promise<string> {
  // Clients keep connections for later, and must not lose one between two tests.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, family, port: actualPort } = server.address() as AddressInfo;
  const reachable = LOOPBACK.get(address) ?? address;
  return `http://${family === 'IPv6' ? `[${reachable}]` : reachable}:${actualPort}`;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
