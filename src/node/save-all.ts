import { setMaxListeners } from 'node:events';
import { planBatches, type Selection } from '../batches.js';
import { requireClient, type ScenarioClient } from '../client.js';
import type { TargetFormat } from '../types.js';
import { whenAborted } from '../when-aborted.js';
import { onDisk } from './disk/file-system-error.js';
import { makeDirectory, removeEmpty } from './disk/make-directory.js';
import { apiHostOf } from './api-host.js';
import { batchKey } from './planned-batches.js';
import type { SaveReport } from './report/report.js';
import type { ReportBuilder } from './report/report-builder.js';
import { openRun, type Run } from './run.js';
import { resolveSaveOptions, type SaveOptions } from './save-options.js';
import { planAssets, saveAssets } from './save-assets.js';
import { saveBatches } from './save-batches.js';

/**
 * Gets every asset of a selection onto disk: plans the batches, requests their archives (`downloadRequestBatch`), waits
 * for them (`downloadGetStatus`), and saves their files, each checked by length and CRC-32 before it gets its name. With
 * `targetFormat`, each asset is requested by itself (`downloadRequest`).
 *
 * What an earlier call with the same selection has saved is not fetched again, if it is intact. A batch or a file that
 * fails is in the report, and takes nothing else with it.
 *
 * @throws {InvalidInputError} for a selection or an option that cannot be used, before any request
 * @throws whatever `include` or `exclude` throws
 * @throws {DirectoryBusyError} when another run saves into the directory
 * @throws {FileSystemError} when the disk is full or cannot be written to; what was finished stays, and is known to the
 * next call
 */
export async function saveAll(client: ScenarioClient, selection: Selection, options: SaveOptions): Promise<SaveReport> {
  requireClient(client);
  const resolved = resolveSaveOptions(options);
  const { directory, targetFormat, clock } = resolved;
  const startedAt = clock.now();
  const apiHost = apiHostOf(client);
  const { keys, save } =
    targetFormat === undefined ? batchWork(selection, options, apiHost) : assetWork(selection, targetFormat, apiHost);
  resolved.signal?.throwIfAborted();
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const forget = whenAborted(resolved.signal, () => stop.abort(resolved.signal?.reason));
  let made: string[] = [];
  try {
    made = await onDisk(directory, () => makeDirectory(directory));
    stop.signal.throwIfAborted();
    const run = await openRun(client, { ...resolved, isWanted: stopWhenItThrows(resolved.isWanted, stop) }, keys, stop);
    let report: SaveReport;
    try {
      const builder = await save(run, stop);
      run.meter.flush();
      const seconds = (clock.now() - startedAt) / 1000;
      report = builder.build({ seconds, receivedBytes: run.meter.receivedBytes() });
    } catch (error) {
      // What ended the run says more than what its end meets on the same disk.
      await run.close().catch(() => undefined);
      throw error;
    }
    await run.close();
    return report;
  } finally {
    forget();
    // Nobody wants the empty folder of a run that could not even begin.
    await removeEmpty(made);
  }
}

/** What a filter throws is the caller's own, and no fault of the batch that it was asked about. */
function stopWhenItThrows(isWanted: (path: string) => boolean, stop: AbortController): (path: string) => boolean {
  return (path) => {
    try {
      return isWanted(path);
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  };
}

/** What there is to do: how the journal calls it, and how it is done. */
interface Work {
  keys: ReadonlySet<string>;
  save: (run: Run, stop: AbortController) => Promise<ReportBuilder>;
}

function batchWork(selection: Selection, options: SaveOptions, apiHost: string | undefined): Work {
  const plan = planBatches(selection, options).map((batch) => ({ key: batchKey(batch, apiHost), batch }));
  return { keys: new Set(plan.map(({ key }) => key)), save: (run, stop) => saveBatches(plan, run, stop) };
}

function assetWork(selection: Selection, targetFormat: TargetFormat, apiHost: string | undefined): Work {
  const plan = planAssets(selection, targetFormat, apiHost);
  return { keys: new Set(plan.map(({ key }) => key)), save: (run, stop) => saveAssets(plan, targetFormat, run, stop) };
}
