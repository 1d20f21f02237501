import { createHash } from 'node:crypto';
import type { components } from '../../generated/schema.js';
import type { Settings } from './options.js';
import { GENERATORS, ODD_PROMPTS, STYLES, SUBJECTS } from './prompts.js';

/** The properties of an asset. They are derived from its id, so they are the same in every sandbox. */
export interface Asset {
  id: string;
  inferenceId: string;
  generator: string;
  prompt: string;
  /** An unsigned 32-bit integer. */
  seed: number;
  /** The index in the inference, starting at 0. */
  num: number;
}

/** The number of assets in each inference of a model. */
const MODEL_INFERENCE_SIZE = 4;
/** Assets whose id names no inference are distributed over this many inferences. */
const PLAIN_INFERENCES = 64;

/** Returns the asset with this id, without checking whether it exists. */
export function describeAsset(id: string): Asset {
  const hash = digest(id);
  const { inferenceId, num } = originOf(id, hash);
  const inferenceHash = digest(inferenceId);
  const modelId = /^(.+)-inference-\d+$/s.exec(inferenceId)?.[1];
  return {
    id,
    inferenceId,
    generator: pick(GENERATORS, modelId === undefined ? inferenceHash : digest(modelId), 4),
    prompt: promptOf(inferenceHash),
    seed: hash.readUInt32BE(8),
    num,
  };
}

/**
 * Returns the ids of the assets in a batch: the union of its assets, inferences and models, in this order, without the
 * missing assets. The assets of an inference have the ids `<inferenceId>-asset-<num>`, and the inferences of a model
 * `<modelId>-inference-<index>`.
 */
export function selectAssets(
  query: components['schemas']['DownloadRequestBatchQuery'],
  settings: Pick<Settings, 'assetsPerInference' | 'assetsPerModel' | 'missingAssets'>,
): string[] {
  const ids = new Set(query.assetIds);
  for (const inferenceId of query.inferenceIds) {
    const count = settings.assetsPerInference(inferenceId);
    for (let num = 0; num < count; num++) ids.add(`${inferenceId}-asset-${num}`);
  }
  for (const modelId of query.modelIds) {
    const count = settings.assetsPerModel(modelId);
    for (let index = 0; index < count; index++) {
      const num = index % MODEL_INFERENCE_SIZE;
      const inference = Math.floor(index / MODEL_INFERENCE_SIZE);
      ids.add(`${modelId}-inference-${inference}-asset-${num}`);
    }
  }
  for (const id of settings.missingAssets) ids.delete(id);
  return [...ids];
}

/** Computes the SHA-256 hash of a text, from which the pseudo-random properties of an asset are taken. */
export function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function originOf(id: string, hash: Buffer): { inferenceId: string; num: number } {
  const derived = /^(.+)-asset-(\d+)$/s.exec(id);
  if (derived?.[1] !== undefined) return { inferenceId: derived[1], num: Number(derived[2]) };
  const inference = digest(`inference ${hash.readUInt8(0) % PLAIN_INFERENCES}`);
  return { inferenceId: `inference_${inference.toString('hex', 0, 5)}`, num: hash.readUInt8(1) % MODEL_INFERENCE_SIZE };
}

function promptOf(inferenceHash: Buffer): string {
  // One in six is difficult as a file name, as in a real gallery.
  if (inferenceHash.readUInt8(0) % 6 === 0) return pick(ODD_PROMPTS, inferenceHash, 1);
  return `${pick(SUBJECTS, inferenceHash, 2)}, ${pick(STYLES, inferenceHash, 3)}`;
}

function pick(list: readonly string[], hash: Buffer, at: number): string {
  return list[hash.readUInt8(at) % list.length] ?? '';
}
