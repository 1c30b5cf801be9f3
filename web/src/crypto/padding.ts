// Lengths that say little about what is sealed.

/** Bytes of the smallest padded message. */
export const messageSize = 4096;

/** Bytes of every padded summary. */
export const summarySize = 1024;

/** Bytes of all labels of a case, padded. */
export const labelsSize = 512;

/** Bytes of every padded classification. */
export const classificationSize = 8192;

/** Bytes of all saved filters of a handler, padded. */
export const filtersSize = 8192;

/** Appends spaces up to the next power of two, at least messageSize. */
export function padMessage(json: Uint8Array): Uint8Array {
  let size = messageSize;
  while (size < json.length) size *= 2;
  return padTo(json, size);
}

/** Appends spaces up to size bytes. */
export function padTo(json: Uint8Array, size: number): Uint8Array {
  const padded = new Uint8Array(size).fill(0x20);
  padded.set(json);
  return padded;
}

/** The padded length of a file of n bytes, at most 12 % more (Padmé: Nikitin et al., PoPETs 2019, algorithm 1). */
export function padme(n: number): number {
  if (n < 2) return n;
  const e = binaryDigits(n) - 1;
  const unit = 2 ** Math.max(e - binaryDigits(e), 0);
  return Math.ceil(n / unit) * unit;
}

function binaryDigits(n: number): number {
  let digits = 0;
  for (let rest = n; rest >= 1; rest = Math.floor(rest / 2)) digits++;
  return digits;
}
