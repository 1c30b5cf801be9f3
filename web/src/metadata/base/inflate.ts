import { be32, type Bytes, concat } from "./bytes.ts";
import { adler32 } from "./checksum.ts";
import { Cursor } from "./cursor.ts";
import { Malformed, TooLarge, Unsupported } from "./errors.ts";

/** How much is packed at most in what is unpacked at once: it may become a thousand times as long. */
const pieceSize = 16 << 10;

/**
 * Unpacks deflated data (RFC 1951), which must end where packed ends: browsers refuse bytes behind it (Node 20 does not).
 */
export async function* inflate(packed: Blob): AsyncGenerator<Bytes> {
  const source = new PieceSource(packed);
  const reader = source.stream.pipeThrough(decompressor()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw source.failure instanceof Error ? source.failure : new Malformed("deflated data");
      });
      if (done) {
        return;
      }
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function decompressor(): ReadableWritablePair<Bytes, Bytes> {
  try {
    return new DecompressionStream("deflate-raw");
  } catch {
    throw new Unsupported("the browser does not unpack");
  }
}

/** A file as a stream of small pieces, which are read when they are asked for. */
class PieceSource {
  readonly stream: ReadableStream<Bytes>;
  /** Why the file could not be read: no fault of what it holds. */
  failure: unknown;

  constructor(file: Blob) {
    const c = new Cursor(file);
    const pull = async (to: ReadableStreamDefaultController<Bytes>): Promise<void> => {
      if (c.left === 0) {
        to.close();
        return;
      }
      try {
        to.enqueue(await c.next(Math.min(pieceSize, c.left)));
      } catch (e) {
        this.failure = e;
        throw e;
      }
    };
    this.stream = new ReadableStream({ pull }, { highWaterMark: 0 });
  }
}

/** Unpacks a whole zlib stream (RFC 1950); null if it is damaged or followed by anything. */
export async function inflateZlib(b: Bytes, limit: number): Promise<Bytes | null> {
  const [method = 0, flags = 0] = b;
  if (b.length < 6 || (method & 15) !== 8 || method >> 4 > 7 || (method * 256 + flags) % 31 !== 0 || flags & 0x20) {
    return null;
  }
  const parts: Bytes[] = [];
  let size = 0;
  try {
    for await (const part of inflate(new Blob([b.subarray(2, -4)]))) {
      parts.push(part);
      if ((size += part.length) > limit) {
        throw new TooLarge("zlib stream");
      }
    }
  } catch (e) {
    if (e instanceof Malformed) {
      return null;
    }
    throw e;
  }
  const out = concat(parts);
  return adler32(out) === be32(b, b.length - 4) ? out : null;
}
