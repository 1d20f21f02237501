/**
 * Computes the CRC-32 of two concatenated byte sequences from the CRC-32 of each and the length of the second in bytes.
 * With it, the parts of a file can be received in any order.
 *
 * Appending a zero bit to a message is a linear map of its CRC over GF(2). Squaring its matrix doubles the number of
 * bits, so the map for any length takes as many steps as the length has binary digits.
 */
export function combineCrc32(first: number, second: number, secondLength: number): number {
  let crc = first;
  let matrix = square(square(square(ONE_ZERO_BIT)));
  for (let length = secondLength; length > 0; length = Math.floor(length / 2)) {
    if (length % 2 === 1) crc = multiply(matrix, crc);
    matrix = square(matrix);
  }
  return (crc ^ second) >>> 0;
}

/** The matrix that appends one zero bit, as columns: each holds the CRC that one bit of the old CRC turns into. */
const ONE_ZERO_BIT: readonly number[] = [0xedb88320, ...Array.from({ length: 31 }, (_, bit) => 2 ** bit)];

function multiply(matrix: readonly number[], vector: number): number {
  return matrix.reduce((sum, column, bit) => ((vector >>> bit) & 1 ? sum ^ column : sum), 0);
}

function square(matrix: readonly number[]): number[] {
  return matrix.map((column) => multiply(matrix, column));
}
