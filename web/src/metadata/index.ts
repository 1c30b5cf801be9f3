// Takes identifying metadata out of files before they are sent, and tells what is there. The manual, format by format,
// is crypto/metadata/doc.go: the filters there and here give the same bytes.
import { Unsupported } from "./base/errors.ts";
import { type Finding, type Findings, sorted } from "./base/findings.ts";
import { Archive } from "./base/zip.ts";
import { containerOf, planImage } from "./image/container.ts";
import { findInImage } from "./image/findimage.ts";
import { findInOffice } from "./office/findoffice.ts";
import { cleanODF, isODF } from "./office/odf.ts";
import { cleanOOXML, isOOXML } from "./office/ooxml.ts";

export { candidate, headSize } from "./image/container.ts";
export { Malformed, TooLarge, Unsupported } from "./base/errors.ts";
export type { Finding } from "./base/findings.ts";

/** A cleaned file. */
interface Cleaned {
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

/** What identifying metadata a file holds. A file that is broken or unknown gives what was found in it. */
export async function inspect(file: Blob): Promise<Finding[]> {
  const found: Findings = new Set();
  try {
    const container = await containerOf(file);
    if (container === "zip") {
      await findInOffice(file, found);
    } else if (container) {
      await findInImage(container, file, found);
    }
  } catch {
    // What was found up to here stands.
  }
  return sorted(found);
}
