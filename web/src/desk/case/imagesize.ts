// How large an image is, read from its first bytes: a small file can hold an
// image that fills the memory when it is drawn.

const headLength = 256 << 10; // bytes of an image that are looked at; of a GIF all

export interface ImageSize {
  readonly type: string;
  readonly width: number;
  readonly height: number;
}

/** Reads type and size of a PNG, JPEG, GIF or WebP; undefined for anything else. The size is the largest that a browser may draw. */
export async function imageSize(content: Blob): Promise<ImageSize | undefined> {
  const head = new DataView(await content.slice(0, headLength).arrayBuffer());
  try {
    const first = head.getUint32(0);
    if (first === 0x89504e47) return { type: "image/png", width: head.getUint32(16), height: head.getUint32(20) };
    if (first === 0x47494638) return gif(new DataView(await content.arrayBuffer()));
    if (first === 0x52494646 && head.getUint32(8) === 0x57454250) return webp(head);
    return first >>> 8 === 0xffd8ff ? jpeg(head) : undefined;
  } catch {
    return undefined; // it ends too early
  }
}

// A frame may be larger than the screen that the file announces, and browsers then draw
// as much as the frame needs (GIF89a, sections 18 and 20). Goes from block to block.
function gif(view: DataView): ImageSize | undefined {
  let width = view.getUint16(6, true);
  let height = view.getUint16(8, true);
  const table = (flags: number) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  let at = 13 + table(view.getUint8(10));
  const skipBlocks = () => {
    for (let size = view.getUint8(at); size > 0; size = view.getUint8(at)) at += 1 + size;
    at++;
  };
  for (;;) {
    const block = at < view.byteLength ? view.getUint8(at) : trailer; // many files lack their end
    if (block === trailer) return { type: "image/gif", width, height };
    if (block === extension) {
      at += 2;
    } else if (block === frame) {
      width = Math.max(width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true));
      height = Math.max(height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true));
      at += 10 + table(view.getUint8(at + 9)) + 1; // and the size of its codes
    } else {
      return undefined;
    }
    skipBlocks();
  }
}

const trailer = 0x3b;
const extension = 0x21;
const frame = 0x2c;

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
