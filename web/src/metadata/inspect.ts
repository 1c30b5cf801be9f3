import { containerOf } from "./image/container.ts";
import { findInImage } from "./image/findimage.ts";
import { type Finding, type Findings, sorted } from "./base/findings.ts";
import { findInOffice } from "./office/findoffice.ts";

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
