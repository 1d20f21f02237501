import { checkFault } from './check-fault.js';
import type { DeliveryEffect, Effect, FileEffect, InsteadEffect, StatusEffect, WorkEffect } from './effects.js';
import type { OperationId } from './spec.js';

/** A request, as passed to the `when` condition of a fault. */
export interface FaultRequest {
  method: string;
  /** The path without the query. */
  path: string;
  /** The path with the query, as the client sent it. */
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The values of the path parameters, such as `jobId`. Empty at the file host. */
  pathParameters: Readonly<Record<string, string>>;
  /** The parsed body, or its text if it is not JSON. Undefined if there is none, and at the file host. */
  body: unknown;
  /** The `Range` header. */
  range: string | undefined;
}

interface FaultBase {
  /** How many requests the fault affects. Default 1; `Infinity` is allowed. */
  times?: number;
  /** How many matching requests pass unaffected first. Default 0. */
  after?: number;
  /** Which requests match. Default all. */
  when?: (request: FaultRequest) => boolean;
}

/** A fault: on which requests it occurs, and what its effect is. */
export type Fault = FaultBase &
  (
    | { on: 'downloadRequestBatch' | 'downloadRequest'; effect: InsteadEffect | DeliveryEffect | WorkEffect }
    | { on: 'downloadGetStatus'; effect: InsteadEffect | DeliveryEffect | StatusEffect }
    | { on: 'file'; effect: InsteadEffect | DeliveryEffect | FileEffect }
  );

/** A fault that has been added to a sandbox. */
export interface ActiveFault {
  /** How many requests the fault has affected so far. */
  readonly hits: number;
  remove: () => void;
}

/** The faults of a sandbox. */
export interface Faults {
  /**
   * Adds a fault. Faults apply whether or not the credentials and the body of a request are valid. If several match a
   * request, the first one that replaces the response, or prevents it completely, applies alone. If there is none, the
   * first one of each type of effect applies.
   *
   * @throws {TypeError} if the fault could never apply or would do nothing, because something is unknown or misspelt
   * @throws {RangeError} if a number is out of range
   */
  add: (fault: Fault) => ActiveFault;
  /** Removes all faults. */
  clear: () => void;
}

/** {@link Faults} with the method that the hosts use. */
export interface FaultRegistry extends Faults {
  /** Returns the effects that apply to a request, and counts them as hits of their faults. */
  strike: (on: OperationId | 'file', request: FaultRequest) => Effect[];
}

interface Entry {
  fault: Fault;
  /** How many more matching requests pass unaffected. */
  toSkip: number;
  hits: number;
}

/** Creates an empty set of faults. */
export function createFaults(): FaultRegistry {
  const entries = new Set<Entry>();

  function chooseFrom(matching: readonly Entry[]): Entry[] {
    const lone = matching.find(({ fault }) => isLone(fault.effect));
    if (lone) return [lone];
    const byType = new Map<Effect['type'], Entry>();
    for (const entry of matching) {
      if (!byType.has(entry.fault.effect.type)) byType.set(entry.fault.effect.type, entry);
    }
    return [...byType.values()];
  }

  return {
    add(fault) {
      checkFault(fault);
      const entry = { fault, toSkip: fault.after ?? 0, hits: 0 };
      entries.add(entry);
      return {
        get hits() {
          return entry.hits;
        },
        remove: () => void entries.delete(entry),
      };
    },
    clear: () => entries.clear(),
    strike(on, request) {
      const matching: Entry[] = [];
      for (const entry of entries) {
        const { fault } = entry;
        if (fault.on !== on || entry.hits >= (fault.times ?? 1) || !(fault.when?.(request) ?? true)) continue;
        if (entry.toSkip > 0) entry.toSkip--;
        else matching.push(entry);
      }
      const chosen = chooseFrom(matching);
      for (const entry of chosen) entry.hits++;
      return chosen.map(({ fault }) => fault.effect);
    },
  };
}

function isLone(effect: Effect): boolean {
  switch (effect.type) {
    case 'status':
    case 'body':
    case 'redirect':
    case 'expire':
      return true;
    case 'drop':
    case 'stall':
      return effect.afterBytes === undefined;
    default:
      return false;
  }
}
