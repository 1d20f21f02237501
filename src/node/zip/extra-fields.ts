/** A field that a writer has added to a record. */
export interface ExtraField {
  id: number;
  data: Buffer;
}

const HEAD_BYTES = 4;

/** The fields that are there as a whole: some writers fill up with what is none, to have data begin where they like. */
export function extraFields(extra: Buffer): ExtraField[] {
  const fields: ExtraField[] = [];
  for (let at = 0; at + HEAD_BYTES <= extra.length;) {
    const end = at + HEAD_BYTES + extra.readUInt16LE(at + 2);
    if (end > extra.length) break;
    fields.push({ id: extra.readUInt16LE(at), data: extra.subarray(at + HEAD_BYTES, end) });
    at = end;
  }
  return fields;
}
