import { foldASCII, isUTF8, le16, le32, toBinary, toBytes } from "./bytes.ts";
import { Cursor, read } from "./cursor.ts";
import { Malformed, TooLarge, Unsupported } from "./errors.ts";
import { maxEntries, maxName, unpackedLimit } from "./limits.ts";

// ZIP structures, APPNOTE 6.3: signatures, lengths without their variable parts.
export const localSignature = "PK\x03\x04";
export const directorySignature = "PK\x01\x02";
export const endSignature = "PK\x05\x06";
const localSize = 30;
const directorySize = 46;
const endSize = 22;
const maxComment = 0xffff;

/** General purpose flags. The level of compression says nothing to a reader. */
export const zipFlag = { encrypted: 0x2041, level: 0x0006, descriptor: 0x0008, utf8: 0x0800 };

export const methodStored = 0;
export const methodDeflated = 8;

/** One file of an archive. */
export interface Entry {
  /** A binary string. */
  name: string;
  flags: number;
  method: number;
  crc: number;
  /** Bytes in the archive. */
  packed: number;
  /** Bytes unpacked. */
  size: number;
  /** Offset of the local header. */
  local: number;
  /** Offset of the packed bytes. */
  data: number;
}

/**
 * A ZIP container that was read strictly: one that two readers could take for two different things is refused.
 */
export class Archive {
  readonly file: Blob;
  /** In the order of their data; directories are left out. */
  readonly entries: Entry[] = [];
  readonly #names = new Map<string, Entry>();

  private constructor(file: Blob) {
    this.file = file;
  }

  /** Reads the directory and checks every local header against it. */
  static async open(file: Blob): Promise<Archive> {
    const { at, length, count } = await findDirectory(file);
    const c = new Cursor(file, at + length);
    c.skip(at);
    const all: Entry[] = [];
    for (let i = 0; i < count; i++) {
      all.push(await readEntry(c));
    }
    if (c.left !== 0) {
      throw new Malformed("length of the ZIP directory");
    }
    all.sort((a, b) => a.local - b.local);
    await checkLocals(new Cursor(file, at), all);
    const a = new Archive(file);
    a.#index(all);
    return a;
  }

  /** Fills entries and names, and bounds what unpacking may cost. */
  #index(all: Entry[]): void {
    let total = 0;
    for (const e of all) {
      const key = foldASCII(e.name);
      if (this.#names.has(key)) {
        throw new Malformed("two ZIP entries of one name");
      }
      this.#names.set(key, e);
      if ((total += e.size) > unpackedLimit(this.file.size)) {
        throw new TooLarge("unpacked");
      }
      if (!isFolder(e)) {
        this.entries.push(e);
      }
    }
  }

  /** The file of that name, ASCII case aside as in OPC. */
  find(name: string): Entry | undefined {
    const e = this.#names.get(foldASCII(name));
    return e && !isFolder(e) ? e : undefined;
  }

  /** The packed bytes of an entry. */
  packed(e: Entry): Blob {
    return this.file.slice(e.data, e.data + e.packed);
  }
}

/** Finds the central directory: where, how long in bytes, how many entries. */
async function findDirectory(file: Blob): Promise<{ at: number; length: number; count: number }> {
  const base = Math.max(file.size - endSize - maxComment, 0);
  const b = await read(file, base, file.size - base);
  const tail = toBinary(b);
  let i = tail.length - endSize;
  while (i >= 0 && !(tail.startsWith(endSignature, i) && le16(b, i + 20) === tail.length - i - endSize)) {
    i--;
  }
  if (i < 0) {
    throw new Malformed("no end of ZIP directory");
  }
  const count = le16(b, i + 10);
  const length = le32(b, i + 12);
  const at = le32(b, i + 16);
  if (count === 0xffff || length === 0xffffffff || at === 0xffffffff) {
    throw new Unsupported("ZIP64");
  }
  if (count > maxEntries) {
    throw new TooLarge(`${count} entries`);
  }
  if (le32(b, i + 4) !== 0 || le16(b, i + 8) !== count) {
    throw new Malformed("ZIP archive in several volumes");
  }
  if (at + length !== base + i) {
    throw new Malformed("place of the ZIP directory");
  }
  return { at, length, count };
}

/** Reads one directory header. Extra fields and comments are passed over. */
async function readEntry(c: Cursor): Promise<Entry> {
  const b = await c.next(directorySize);
  if (toBinary(b.subarray(0, 4)) !== directorySignature) {
    throw new Malformed("ZIP directory");
  }
  const length = le16(b, 28);
  if (length > maxName) {
    throw new TooLarge("name of a ZIP entry");
  }
  const e: Entry = {
    name: toBinary(await c.next(length)),
    flags: le16(b, 8),
    method: le16(b, 10),
    crc: le32(b, 16),
    packed: le32(b, 20),
    size: le32(b, 24),
    local: le32(b, 42),
    data: 0,
  };
  if (le16(b, 34) !== 0) {
    throw new Malformed("ZIP archive in several volumes");
  }
  checkEntry(e);
  c.skip(le16(b, 30) + le16(b, 32));
  return e;
}

/** Refuses entries that cannot be read, or that should not be. */
function checkEntry(e: Entry): void {
  if (e.flags & zipFlag.encrypted) {
    throw new Malformed("encrypted ZIP entry");
  }
  if (e.packed === 0xffffffff || e.size === 0xffffffff || e.local === 0xffffffff) {
    throw new Unsupported("ZIP64");
  }
  if (e.flags & ~(zipFlag.level | zipFlag.descriptor | zipFlag.utf8)) {
    throw new Unsupported("ZIP flags");
  }
  if (e.method !== methodStored && e.method !== methodDeflated) {
    throw new Unsupported(`ZIP method ${e.method}`);
  }
  if (e.method === methodStored && e.packed !== e.size) {
    throw new Malformed("sizes of a stored ZIP entry");
  }
  if (!isSafe(e.name, (e.flags & zipFlag.utf8) !== 0)) {
    throw new Malformed("name of a ZIP entry");
  }
  if (isFolder(e) && e.size !== 0) {
    throw new Malformed("ZIP directory entry with content");
  }
}

function isFolder(e: Entry): boolean {
  return e.name.endsWith("/");
}

/** Whether a name is a relative path that means the same everywhere. Without the UTF-8 flag it must be ASCII. */
function isSafe(name: string, utf8: boolean): boolean {
  if (/[\0-\x1f\x7f\\]/.test(name) || (!utf8 && /[\x80-\xff]/.test(name)) || !isUTF8(toBytes(name))) {
    return false;
  }
  const parts = name.replace(/\/$/, "").split("/");
  return !parts.some((part) => part === "" || part === "." || part === "..");
}

/** Reads the local headers in the order of the entries, which must not overlap. The cursor ends at the directory. */
async function checkLocals(c: Cursor, all: Entry[]): Promise<void> {
  if (all.length > 0 && all[0]!.local !== 0) {
    throw new Malformed("bytes before the first ZIP entry");
  }
  for (const e of all) {
    if (e.local < c.pos) {
      throw new Malformed("overlapping ZIP entries");
    }
    c.skip(e.local - c.pos);
    await checkLocal(c, e);
    e.data = c.pos;
    c.skip(e.packed);
  }
}

/**
 * Compares a local header with the directory. Behind the flag "descriptor", sizes and CRC follow the data, and the
 * directory's count.
 */
async function checkLocal(c: Cursor, e: Entry): Promise<void> {
  const b = await c.next(localSize);
  let same =
    toBinary(b.subarray(0, 4)) === localSignature &&
    ((le16(b, 6) ^ e.flags) & ~zipFlag.level) === 0 &&
    le16(b, 8) === e.method;
  if (!(e.flags & zipFlag.descriptor)) {
    same &&= le32(b, 14) === e.crc && le32(b, 18) === e.packed && le32(b, 22) === e.size;
  }
  const length = le16(b, 26);
  if (!same || length !== e.name.length || toBinary(await c.next(length)) !== e.name) {
    throw new Malformed("ZIP local header differs from the directory");
  }
  c.skip(le16(b, 28));
}
