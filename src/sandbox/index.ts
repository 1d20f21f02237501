/**
 * A local API and file host for trying out and testing a client without an account.
 *
 * @module scenario-downloads/sandbox
 */
export { startSandbox, type Sandbox } from './start-sandbox.js';
export type { ArchiveOptions, SandboxCredentials, SandboxOptions } from './options.js';
export type { JobContext, SandboxJob } from './jobs.js';
export type { ActiveFault, Fault, FaultRequest, Faults } from './faults.js';
export type { DeliveryEffect, Effect, FileEffect, InsteadEffect, StatusEffect, WorkEffect } from './effects.js';
export type { RecordedRequest, Violation } from './requests.js';
