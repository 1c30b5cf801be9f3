// A file of a message: saved or looked at after it was opened here, and its size
// and hash were checked.
import { openFile } from "../../crypto/file.ts";
import type { SealedFile } from "../../crypto/message.ts";
import { OpenError } from "../../crypto/seal.ts";
import { bytesAtDesk, Refusal, Unanswered } from "../../lib/api.ts";
import { button, h, saveAs } from "../../lib/dom.ts";
import { fileLine } from "../../lib/files.ts";
import { t, visible } from "../../lib/texts.ts";
import { hasDangerousExtension } from "../ui/dangerous-extensions.ts";
import type { DecryptedCase } from "./decrypted-case.ts";
import { preview, previewable } from "./preview.ts";

/** A line about a file, with what can be done with it. here: the server holds it with this very message. */
export function attachment(file: SealedFile, opened: DecryptedCase, here: boolean): HTMLElement {
  const line = fileLine(file.name, file.size, file, "case.file.kept");
  if (!here || !opened.identity) {
    line.append(h("p", { class: "error" }, t("case.file.missing")));
    return line;
  }
  if (hasDangerousExtension(file.name)) line.append(h("p", { class: "dangerous" }, t("case.file.risk")));
  const said = h("span", { role: "status" });
  const shown = h("div", { class: "preview" });
  const tools = h("span", { class: "save" });
  const doing = (key: string, act: (content: Blob) => string | Promise<string>) => {
    const b = button(t(key), "plain", async () => {
      said.textContent = t("case.file.opening");
      b.disabled = true;
      try {
        said.textContent = await act(await fetchFile(file, opened));
      } catch (error) {
        said.textContent = t(error instanceof Unanswered || error instanceof Refusal ? "case.file.offline" : "case.file.broken");
      }
      b.disabled = false;
    });
    b.append(h("span", { class: "hidden" }, ` ${visible(file.name)}`));
    return b;
  };
  const save = doing("case.file.save", (content) => {
    saveAs(content, file.name);
    return t("case.file.saved");
  });
  tools.append(save);
  if (previewable(file)) {
    const look = doing("case.file.look", async (content) => {
      shown.replaceChildren((await preview(content, file)) ?? h("p", { class: "hint" }, t("case.file.no-preview")));
      return "";
    });
    tools.append(" ", look);
  }
  line.append(" ", tools, " ", said, shown);
  return line;
}

/** Fetches and opens a file. Whatever it says it is, the browser only ever saves it. */
export async function fetchFile(file: SealedFile, { data, identity }: DecryptedCase): Promise<Blob> {
  const sealed = await bytesAtDesk(`cases/${data.case.id}/files/${file.id}`);
  try {
    return new Blob([await openFile(sealed, identity!, file.size, file.sha256)], { type: "application/octet-stream" });
  } catch (error) {
    throw error instanceof OpenError && error.cause instanceof Unanswered ? error.cause : error;
  }
}
