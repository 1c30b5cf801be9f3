const table = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) {
    n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  }
  return n;
});

/** CRC-32 (IEEE) of bytes; sum is that of what came before them. */
export function crc32(b: Uint8Array, sum = 0): number {
  let c = ~sum;
  for (let i = 0; i < b.length; i++) {
    c = table[(c ^ b[i]!) & 0xff]! ^ (c >>> 8);
  }
  return ~c >>> 0;
}

/** Adler-32 (RFC 1950). */
export function adler32(b: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (let i = 0; i < b.length; i++) {
    low = (low + b[i]!) % 65521;
    high = (high + low) % 65521;
  }
  return ((high << 16) | low) >>> 0;
}
