/** A notification of a Muse: 12 samples of 12 bits behind a packet number of 16 bits. */
export function musePacket(number: number, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(20);
  bytes[0] = number >> 8;
  bytes[1] = number;
  values.forEach((value, index) => {
    const at = 2 + ((index * 3) >> 1);
    if (index % 2 === 0) {
      bytes[at] = value >> 4;
      bytes[at + 1] = (value & 15) << 4;
    } else {
      bytes[at] = (bytes[at] as number) | (value >> 8);
      bytes[at + 1] = value;
    }
  });
  return bytes;
}
