import { checkFault } from './check-fault.js';
import type { DeliveryEffect, Effect, FileEffect, InsteadEffect, StatusEffect, WorkEffect } from './effects.js';
import type { OperationId } from './spec.js';

/** A request as the condition of a fault sees it. */
export interface FaultRequest {
  method: string;
  /** Without the query. */
  path: string;
  /** The path with the query, as the client sent it. */
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Such as `jobId`; empty at the file host. */
  pathParameters: Readonly<Record<string, string>>;
  /** The JSON value, else the text; undefined when there was none. */
  body: unknown;
  /** The header `Range`. */
  range: string | undefined;
}

interface FaultBase {
  /** How often it strikes. Default 1; `Infinity` is allowed. */
  times?: number;
  /** How many matching requests it lets pass first. Default 0. */
  after?: number;
  /** Which requests match. Default all. */
  when?: (request: FaultRequest) => boolean;
}

/** What goes wrong, and when. */
export type Fault = FaultBase &
  (
    | { on: 'downloadRequestBatch' | 'downloadRequest'; effect: InsteadEffect | DeliveryEffect | WorkEffect }
    | { on: 'downloadGetStatus'; effect: InsteadEffect | DeliveryEffect | StatusEffect }
    | { on: 'file'; effect: InsteadEffect | DeliveryEffect | FileEffect }
  );

/** A fault that was added. */
export interface ActiveFault {
  /** How often it has struck. */
  readonly hits: number;
  remove: () => void;
}

/** The faults of a sandbox. */
export interface Faults {
  /**
   * Adds a fault. It strikes before credentials and body are looked at. Of several that match one request, the first
   * that replaces the answer, or ends it without a byte, strikes alone. If there is none, all others strike, the first
   * of each type of effect.
   *
   * @throws {TypeError} for a fault that could never strike, or would do nothing: of no such kind, or misspelt
   * @throws {RangeError} for a number that means nothing
   */
  add: (fault: Fault) => ActiveFault;
  /** Removes all faults. */
  clear: () => void;
}

/** The side of {@link Faults} that the hosts use. */
export interface FaultRegistry extends Faults {
  /** The effects that strike this request. They count as used. */
  strike: (on: OperationId | 'file', request: FaultRequest) => Effect[];
}

interface Entry {
  fault: Fault;
  /** How many matching requests are still let pass. */
  toSkip: number;
  hits: number;
}

/** An empty set of faults. */
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
