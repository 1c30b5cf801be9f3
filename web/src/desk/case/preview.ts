// Looking at a file without opening it: an image is drawn anew as mere dots, a
// text is shown as text. Nothing in a file ever runs, and no markup is read.
import type { SealedFile } from "../../crypto/message.ts";
import { h } from "../../lib/dom.ts";
import { marked, t, visible } from "../../lib/texts.ts";
import { imageSize } from "./imagesize.ts";

const textLength = 64 << 10; // bytes of a text that are shown
const mostDots = 60_000_000; // of an image; more could fill the memory
const longestSide = 1600; // dots of what is drawn
const mostBytes = 64 << 20; // of an image

/** Reports whether a file claims to be something that can be shown. What it is shows when it is opened. */
export const previewable = ({ name, size }: SealedFile): boolean => isText(name) || (/\.(jpe?g|png|gif|webp)$/i.test(name) && size <= mostBytes);

const isText = (name: string): boolean => /\.(txt|csv|tsv|log|md|eml|json)$/i.test(name);

/** Shows a file; undefined where it is none of what can be shown. */
export const preview = async (content: Blob, { name }: SealedFile): Promise<HTMLElement | undefined> => (isText(name) ? text(content) : image(content, name));

async function image(content: Blob, name: string): Promise<HTMLElement | undefined> {
  const found = await imageSize(content);
  if (!found || found.width * found.height > mostDots) return undefined;
  const bitmap = await createImageBitmap(new Blob([content], { type: found.type })).catch(() => undefined);
  if (!bitmap) return undefined;
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const canvas = h("canvas", { role: "img", "aria-label": t("case.file.image", { Name: visible(name) }) });
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

async function text(content: Blob): Promise<HTMLElement> {
  const start = new Uint8Array(await content.slice(0, textLength).arrayBuffer());
  const shown = h("pre", { dir: "auto", tabindex: "0" }, marked(decoded(start)));
  if (content.size <= textLength) return shown;
  return h("div", {}, shown, h("p", { class: "hint" }, t("case.file.cut")));
}

// UTF-8, or what computers of the page's language wrote before it.
function decoded(bytes: Uint8Array): string {
  const older = { ja: "shift_jis", zh: "gb18030" }[document.documentElement.lang.slice(0, 2)] ?? "windows-1252";
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true }); // it may end within a character
  } catch {
    return new TextDecoder(older).decode(bytes);
  }
}
