/** Drops the first `bytes` bytes of a sequence of buffers. */
export function skipBytes(buffers: readonly Buffer[], bytes: number): Buffer[] {
  let skipped = bytes;
  return buffers.flatMap((buffer) => {
    const skip = Math.min(skipped, buffer.length);
    skipped -= skip;
    return skip === buffer.length ? [] : [buffer.subarray(skip)];
  });
}
