import { foldASCII } from "../base/bytes.ts";
import { localRoots, pictureExtensions, webSchemes } from "../base/rules.ts";

/**
 * Whether s is the path of a file on somebody's machine or network: C:\…, C:/…, \\server\share, file:…,
 * /Users/….
 */
export function isLocalPath(s: string): boolean {
  if (!/[/\\]/.test(s)) {
    return false;
  }
  const lower = foldASCII(s);
  // Number formats such as \\#,##0 are no shares.
  return localRoots.some((root) => lower.startsWith(root)) || /^[A-Za-z]:[\\/]/.test(s) || /^\\\\[\w.$-]+\\./s.test(s);
}

/** Whether a field code mentions such a path anywhere. Field codes double their backslashes. */
export function holdsLocalPath(code: string): boolean {
  const lower = foldASCII(code);
  return (
    lower.includes("file:/") ||
    lower.includes("file:\\") ||
    code.includes("\\\\\\\\") ||
    /(?:^|[^A-Za-z])[A-Za-z]:(?:\/|\\\\)/.test(code)
  );
}

/**
 * Whether s is a path, or the bare name of a picture file. Office programs put these into the names and alternative
 * texts of inserted pictures; an alternative text that somebody wrote is not touched.
 */
export function isFileName(s: string): boolean {
  const lower = foldASCII(s);
  return pictureExtensions.some((extension) => lower.endsWith(extension)) || isLocalPath(s);
}

/**
 * Whether a link leads to the web or to somebody's mail or telephone, which is text that the author wrote, not a trace
 * of their machine.
 */
export function isWebAddress(s: string): boolean {
  const lower = foldASCII(s);
  return webSchemes.some((scheme) => lower.startsWith(scheme));
}
