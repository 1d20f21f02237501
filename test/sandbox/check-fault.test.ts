import { describe, expect, it } from 'vitest';
import { createFaults, type Fault } from '../../src/sandbox/faults.js';

const drop = { type: 'drop' };

const refused: [unknown, string][] = [
  [undefined, 'must be an object'],
  [{ on: 'nope', effect: drop }, '"on" must be one of downloadRequestBatch, downloadRequest, downloadGetStatus, file'],
  [{ on: 'toString', effect: drop }, '"on" must be one of'],
  [{ on: 'file' }, 'The effect of a fault must be an object, but is undefined'],
  [{ on: 'file', effect: { type: 'nope' } }, 'but not "nope"'],
  [{ on: 'file', effect: { type: 'withoutUrl' } }, 'A fault on file has an effect of type'],
  [{ on: 'downloadGetStatus', effect: { type: 'Status', status: 500 } }, 'but not "Status"'],
  [{ on: 'file', effect: { type: 'status' } }, 'The effect status needs "status"'],
  [{ on: 'file', effect: { type: 'status', status: 9999 } }, '"status" must be a whole number from 100 to 599'],
  [{ on: 'file', effect: { type: 'drop', afterByte: 1 } }, 'The effect drop has type, afterBytes, but no "afterByte"'],
  [
    { on: 'file', effect: { type: 'trickle', chunkBytes: 0, everyMs: 1 } },
    '"chunkBytes" must be a whole number from 1',
  ],
  [{ on: 'file', effect: drop, times: 'x' }, '"times" must be a whole number from 0 on, but is "x"'],
  [{ on: 'file', effect: drop, tmies: 1 }, 'A fault has on, effect, times, after, when, but no "tmies"'],
  [{ on: 'file', effect: drop, when: true }, '"when" must be a function, but is true'],
];

describe('faults.add', () => {
  it.each(refused)('refuses %j', (fault, message) => {
    expect(() => createFaults().add(fault as Fault)).toThrow(message);
  });

  it('takes what says the default', () => {
    const fault = { on: 'file', effect: { type: 'stall', afterBytes: undefined }, times: Infinity, when: undefined };
    expect(createFaults().add(fault as unknown as Fault).hits).toBe(0);
  });
});
