// How large an image is, read from its first bytes: a small file can hold an
// image that fills the memory when it is drawn.

/** Bytes of an image that are looked at. */
export const headLength = 256 << 10;

export interface ImageSize {
  readonly type: string;
  readonly width: number;
  readonly height: number;
}

/** Reads type and size of a PNG, JPEG, GIF or WebP; undefined for anything else. */
export function imageSize(head: Uint8Array): ImageSize | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  try {
    const first = view.getUint32(0);
    if (first === 0x89504e47) return { type: "image/png", width: view.getUint32(16), height: view.getUint32(20) };
    if (first === 0x47494638) return { type: "image/gif", width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (first === 0x52494646 && view.getUint32(8) === 0x57454250) return webp(view);
    return first >>> 8 === 0xffd8ff ? jpeg(view) : undefined;
  } catch {
    return undefined; // it ends too early
  }
}

function webp(view: DataView): ImageSize | undefined {
  const type = "image/webp";
  const three = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (view.getUint32(12)) {
    case 0x56503858: // VP8X
      return { type, width: three(24) + 1, height: three(27) + 1 };
    case 0x5650384c: { // VP8L
      const bits = view.getUint32(21, true);
      return { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 0x56503820: // VP8
      return { type, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  return undefined;
}

// Goes from segment to segment until one that starts a frame.
function jpeg(view: DataView): ImageSize | undefined {
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    const startsFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (startsFrame) return { type: "image/jpeg", width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
}
