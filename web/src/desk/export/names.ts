// File names that every computer takes, for files whose names came from anybody.
import { toBytes } from "../../crypto/bytes.ts";

const longest = 200; // bytes; the strictest systems take 255
const forbidden = /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164/\\:*?"<>|]/gu; // control, invisible, and what is special in paths
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)(\.|$)/i; // devices of Windows

/** Gives each file a name of its own. */
export class Names {
  private readonly used = new Set<string>();

  /** A safe name, near to the one that the file has. */
  take(name: string): string {
    const [stem, ending] = split(safe(name));
    for (let i = 1; ; i++) {
      const candidate = i === 1 ? stem + ending : `${stem} (${i})${ending}`;
      const same = candidate.normalize("NFKC").toLowerCase(); // what some file systems take for the same
      if (this.used.has(same)) continue;
      this.used.add(same);
      return candidate;
    }
  }
}

function safe(name: string): string {
  const clean = name.normalize("NFC").replace(forbidden, "_").replace(/^[\s.]+|[\s.]+$/g, "");
  const [stem, ending] = split(clean || "file");
  const characters = [...stem];
  while (toBytes(characters.join("") + ending).length > longest) characters.pop();
  const short = characters.join("").trimEnd() + ending;
  return reserved.test(short) ? `_${short}` : short;
}

// The ending is what makes a computer choose a program.
function split(name: string): [stem: string, ending: string] {
  const at = name.lastIndexOf(".");
  return at > 0 && name.length - at <= 12 ? [name.slice(0, at), name.slice(at)] : [name, ""];
}
