/** An extra field of a record. */
export interface ExtraField {
  id: number;
  data: Buffer;
}

const HEAD_BYTES = 4;

/** Parses the complete extra fields. Anything after them is ignored: some writers add padding to align the data. */
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
