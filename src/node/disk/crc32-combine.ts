/**
 * The CRC-32 of two stretches of bytes one after the other, from the CRC-32 of each and the length of the second: what
 * makes it possible to receive the parts of a file in any order.
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

/** Column by column: what becomes of each bit of a CRC when a zero bit follows. */
const ONE_ZERO_BIT: readonly number[] = [0xedb88320, ...Array.from({ length: 31 }, (_, bit) => 2 ** bit)];

function multiply(matrix: readonly number[], vector: number): number {
  return matrix.reduce((sum, column, bit) => ((vector >>> bit) & 1 ? sum ^ column : sum), 0);
}

function square(matrix: readonly number[]): number[] {
  return matrix.map((column) => multiply(matrix, column));
}
