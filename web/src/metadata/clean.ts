import { containerOf, planImage } from "./image/container.ts";
import { Unsupported } from "./base/errors.ts";
import { cleanODF, isODF } from "./office/odf.ts";
import { cleanOOXML, isOOXML } from "./office/ooxml.ts";
import { Archive } from "./base/zip.ts";

/** A cleaned file. */
export interface Cleaned {
  /** "jpeg", "png", "webp", "ooxml" (DOCX, XLSX, PPTX) or "odf" (ODT, ODS, ODP, ODG). */
  format: string;
  cleaned: Blob;
}

/**
 * The file without its metadata. Throws Unsupported or Malformed where it cannot be had: then the file stays as it is,
 * and its sender is told so. Stretches that stay the same are not copied: they are slices of the file.
 */
export async function clean(file: Blob): Promise<Cleaned> {
  const container = await containerOf(file);
  if (container === null) {
    throw new Unsupported("unknown container");
  }
  if (container === "zip") {
    return cleanArchive(file);
  }
  const layout = await planImage(container, file);
  return { format: container, cleaned: await layout.blob(file, file.type) };
}

async function cleanArchive(file: Blob): Promise<Cleaned> {
  const a = await Archive.open(file);
  if (isODF(a)) {
    return { format: "odf", cleaned: await cleanODF(a, file.type) };
  }
  if (isOOXML(a)) {
    return { format: "ooxml", cleaned: await cleanOOXML(a, file.type) };
  }
  throw new Unsupported("a ZIP archive that is no office document");
}
