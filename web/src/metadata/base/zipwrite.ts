import { type Bytes, put16le, put32le, toBytes } from "./bytes.ts";
import { crc32 } from "./checksum.ts";
import { read } from "./cursor.ts";
import { TooLarge } from "./errors.ts";
import { Gathered } from "./gathered.ts";
import { bufferSize } from "./limits.ts";
import {
  type Archive, directorySignature, endSignature, type Entry, localSignature, methodStored, zipFlag,
} from "./zip.ts";

const version = 20; // 2.0: folders and deflate; written by FAT
const date = 0x0021; // 1980-01-01, the first that DOS knows
const maxSize = 0xffffffff;

/** What the headers say of an entry. */
type Header = Pick<Entry, "name" | "method" | "crc" | "packed" | "size">;

/**
 * Writes an archive whose every byte follows from the names and the contents: no times, extra fields, comments,
 * attributes or data descriptors.
 */
export class ZipWriter {
  readonly #out = new Gathered();
  readonly #directory: string[] = [];
  readonly #limit: number;
  #written = 0;

  /** Makes a writer for at most so many bytes of entries. */
  constructor(limit = Infinity) {
    this.#limit = limit;
  }

  /** Writes an entry. */
  #entry(e: Header, packed: Blob | Bytes): void {
    if (this.#written > maxSize || e.packed > maxSize || e.size > maxSize) {
      throw new TooLarge("ZIP archive beyond 4 GiB");
    }
    if (this.#written + e.packed > this.#limit) {
      throw new TooLarge("cleaned ZIP archive");
    }
    const common =
      put16le(version) +
      put16le(/[\x80-\xff]/.test(e.name) ? zipFlag.utf8 : 0) +
      put16le(e.method) +
      put16le(0) + // time 00:00
      put16le(date) +
      put32le(e.crc) +
      put32le(e.packed) +
      put32le(e.size) +
      put16le(e.name.length) +
      put16le(0); // extra field
    this.#directory.push(
      directorySignature + put16le(version) + common + "\0".repeat(10) + // comment, volume, attributes
        put32le(this.#written) + e.name,
    );
    const local = toBytes(localSignature + common + e.name);
    this.#written += local.length + e.packed;
    this.#out.add(local);
    if (packed instanceof Blob) {
      this.#out.addBlob(packed);
    } else {
      this.#out.add(packed);
    }
  }

  /** Writes a binary string as a stored entry. */
  store(name: string, content: string): void {
    const b = toBytes(content);
    this.#entry({ name, method: methodStored, crc: crc32(b), packed: b.length, size: b.length }, b);
  }

  /** Copies an entry of another archive with its packed bytes as they are. */
  raw(a: Archive, e: Entry): void {
    this.#entry(e, a.packed(e));
  }

  /** Stores a file as it is. */
  async storeFile(name: string, file: Blob): Promise<void> {
    let crc = 0;
    for (let at = 0; at < file.size; at += bufferSize) {
      crc = crc32(await read(file, at, bufferSize), crc);
    }
    this.#entry({ name, method: methodStored, crc, packed: file.size, size: file.size }, file);
  }

  /** Writes the directory and returns the archive. */
  close(type: string): Blob {
    const directory = this.#directory.join("");
    if (this.#written + directory.length > maxSize) {
      throw new TooLarge("ZIP archive beyond 4 GiB");
    }
    const count = put16le(this.#directory.length);
    const end =
      endSignature + "\0\0\0\0" + // volumes
      count + count + put32le(directory.length) + put32le(this.#written) + "\0\0"; // comment
    this.#out.add(toBytes(directory + end));
    return this.#out.blob(type);
  }
}
