// Makes one thing after the other go wrong, and shows what becomes of the files.
import { createScenarioClient } from 'scenario-downloads';
import { saveAll } from 'scenario-downloads/node';
import { startSandbox } from 'scenario-downloads/sandbox';
import type {
  ActiveFault,
  DeliveryEffect,
  Effect,
  Fault,
  FaultRequest,
  Faults,
  FileEffect,
  InsteadEffect,
  StatusEffect,
  WorkEffect,
} from 'scenario-downloads/sandbox';

const overloaded: InsteadEffect = { type: 'status', status: 503, headers: { 'retry-after': '0' } };
const lateUrl: StatusEffect = { type: 'withoutUrl' };
const lostAnswer: WorkEffect = { type: 'dropAfterWork' };
const noRanges: FileEffect = { type: 'noRanges' };
const brokenOff: DeliveryEffect = { type: 'drop', afterBytes: 100 };

const isForPart = ({ range }: FaultRequest) => range !== undefined;
const FAULTS: readonly Fault[] = [
  { on: 'downloadRequestBatch', effect: overloaded },
  { on: 'downloadGetStatus', effect: lateUrl },
  { on: 'file', effect: noRanges },
  { on: 'file', effect: brokenOff, times: 2, when: isForPart },
  // A POST whose answer is lost may have made a job. It is not sent again, and the
  // run says that it failed.
  { on: 'downloadRequestBatch', effect: lostAnswer },
];

async function during<Result>(faults: Faults, fault: Fault, work: () => Promise<Result>): Promise<[Result, number]> {
  const active: ActiveFault = faults.add(fault);
  try {
    return [await work(), active.hits];
  } finally {
    active.remove();
  }
}

const nameOf = ({ type }: Effect) => type;

await using sandbox = await startSandbox({ jobDurationMs: 1 });
const client = createScenarioClient({ baseUrl: sandbox.baseUrl, ...sandbox.credentials });
for (const [index, fault] of FAULTS.entries()) {
  const save = () => saveAll(client, { inferenceIds: ['inference_1'] }, { directory: `./run-${index}` });
  const [{ ok, totals }, hits] = await during(sandbox.faults, fault, save);
  console.log(`${nameOf(fault.effect)} x ${hits}: ${ok ? 'fine' : 'failed'}, ${totals.files} files`);
}
