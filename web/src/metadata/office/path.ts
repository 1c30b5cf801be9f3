// Paths with slashes, with the results of Go's package path.

/** The shortest equivalent of a path: no empty, "." or inner ".." parts. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith("/");
  const out: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") {
      if (out.length > 0 && out.at(-1) !== "..") {
        out.pop();
      } else if (!rooted) {
        out.push("..");
      }
    } else if (part !== "" && part !== ".") {
      out.push(part);
    }
  }
  return (rooted ? "/" : "") + out.join("/") || ".";
}

/** Joins and cleans two parts. */
export function joinPath(folder: string, name: string): string {
  const parts = [folder, name].filter((p) => p !== "");
  return parts.length > 0 ? cleanPath(parts.join("/")) : "";
}

/** Everything up to the last slash, with it, and what follows. */
export function splitPath(path: string): [folder: string, file: string] {
  const at = path.lastIndexOf("/") + 1;
  return [path.slice(0, at), path.slice(at)];
}

/** The folder of a path; "." is the top. */
export function folderOf(path: string): string {
  return cleanPath(splitPath(path)[0]);
}

/** The extension of a path with its dot; "" without one. */
export function extensionOf(path: string): string {
  const file = splitPath(path)[1];
  const at = file.lastIndexOf(".");
  return at < 0 ? "" : file.slice(at);
}
