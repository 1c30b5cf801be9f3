import { toBinary } from "../base/bytes.ts";
import { Cursor, read } from "../base/cursor.ts";
import { planJPEG } from "./jpeg.ts";
import type { Layout } from "./layout.ts";
import { planPNG, pngSignature } from "./png.ts";
import { planWebP } from "./webp.ts";

/** How many leading bytes candidate wants. A shorter file gives what it has. */
export const headSize = 12;

/** Containers of one picture. */
export type Image = "jpeg" | "png" | "webp";

/** Tells the container from its first bytes: "zip" is any archive, before a look inside; null is none of ours. */
export function sniff(head: Uint8Array): Image | "zip" | null {
  const s = toBinary(head.subarray(0, headSize));
  if (s.startsWith("\xff\xd8\xff")) {
    return "jpeg";
  }
  if (s.startsWith(pngSignature)) {
    return "png";
  }
  if (s.startsWith("RIFF") && s.slice(8) === "WEBP") {
    return "webp";
  }
  return s.startsWith("PK\x03\x04") ? "zip" : null;
}

/**
 * Whether a file that begins with head may be one that clean can clean: JPEG, PNG, WebP or a ZIP container.
 */
export function candidate(head: Uint8Array): boolean {
  return sniff(head) !== null;
}

/** Tells the container of a file. */
export async function containerOf(file: Blob): Promise<Image | "zip" | null> {
  return sniff(await read(file, 0, headSize));
}

/** Lays out the cleaned image. */
export function planImage(image: Image, file: Blob): Promise<Layout> {
  const plan = { jpeg: planJPEG, png: planPNG, webp: planWebP }[image];
  return plan(new Cursor(file));
}
