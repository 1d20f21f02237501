import { createHash } from 'node:crypto';
import type { components } from '../../generated/schema.js';
import type { Settings } from './options.js';
import { GENERATORS, ODD_PROMPTS, STYLES, SUBJECTS } from './prompts.js';

/** What the sandbox knows of an asset. All of it follows from the id, so it is the same in every sandbox. */
export interface Asset {
  id: string;
  inferenceId: string;
  generator: string;
  prompt: string;
  /** 32 bits. */
  seed: number;
  /** The index in the inference, from 0. */
  num: number;
}

/** A model's assets came out of inferences of this size. */
const MODEL_INFERENCE_SIZE = 4;
/** Asset ids that were not derived from an inference are spread over this many inferences. */
const PLAIN_INFERENCES = 64;

/** The asset with this id. Whether it exists is not asked here. */
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
 * The ids of the assets that a batch stands for: the union of its three lists, in their order, missing ones left out.
 * The assets of an inference have ids `<inferenceId>-asset-<num>`, the inferences of a model
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

/** The 32 bytes that stand for a text: what is random about an asset is taken from them. */
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
  // One in six is awkward, as in a real gallery.
  if (inferenceHash.readUInt8(0) % 6 === 0) return pick(ODD_PROMPTS, inferenceHash, 1);
  return `${pick(SUBJECTS, inferenceHash, 2)}, ${pick(STYLES, inferenceHash, 3)}`;
}

function pick(list: readonly string[], hash: Buffer, at: number): string {
  return list[hash.readUInt8(at) % list.length] ?? '';
}
