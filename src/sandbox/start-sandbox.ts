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
  /** The base URL of the API, such as `http://127.0.0.1:49152/v1`. */
  readonly baseUrl: string;
  /** The origin of the signed URLs. Its port differs from that of the API. */
  readonly fileHostUrl: string;
  /** The credentials that the API accepts. */
  readonly credentials: SandboxCredentials;
  /** The faults to simulate. */
  readonly faults: Faults;
  /** All finished requests to both hosts, in the order in which they finished. */
  readonly requests: readonly RecordedRequest[];
  /** Credentials sent to the file host, responses of the sandbox that break the spec, and its internal errors. */
  readonly violations: readonly Violation[];
  /** The jobs in their current state, oldest first. */
  readonly jobs: readonly SandboxJob[];
  /** Stops both hosts immediately and closes all connections, including idle ones. May be called more than once. */
  close: () => Promise<void>;
  [Symbol.asyncDispose]: () => Promise<void>;
}

/**
 * Starts a local API that implements the bundled spec, and a file host on another port. Requests are validated against
 * the spec, jobs take time, archives are ZIP files that contain images, and URLs are signed and expire.
 *
 * @throws RangeError if a number is out of range; TypeError if an option is unknown or otherwise invalid; the error of
 *   Node if a host cannot listen on its port
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
 * The address in the URLs of a server that listens on all addresses. A wildcard address is not one to connect to, and
 * clients that send credentials over plain http do so to this machine only.
 */
const LOOPBACK = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** Starts a server and returns its origin. */
async function listen(server: Server, port: number, host: string): Promise<string> {
  // Clients keep connections alive, and must not lose one between two tests.
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
