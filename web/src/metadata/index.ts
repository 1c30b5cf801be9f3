// Takes identifying metadata out of files before they are sent, and tells what is there. The manual, format by format,
// is crypto/metadata/doc.go: the filters there and here give the same bytes.
export { clean } from "./clean.ts";
export { candidate, headSize } from "./image/container.ts";
export { Malformed, TooLarge, Unsupported } from "./base/errors.ts";
export type { Finding } from "./base/findings.ts";
export { inspect } from "./inspect.ts";
