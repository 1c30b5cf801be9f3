// The list of selected files in a form: what is hidden in each, whether it goes out
// or stays, and which not to send after all.
import type { SealedFile } from "../crypto/message.ts";
import { type FieldError, type Say, toReporter } from "./answers.ts";
import type { Unreadable } from "./api.ts";
import { button, find, h } from "./dom.ts";
import { sayChosen } from "./file-field.ts";
import { examineAgain, type Examined, type SelectedFile, selectFile, Unchecked } from "./selected-files.ts";
import { list, marked, number, size, t, visible } from "./texts.ts";

/** Replaces the plain file field of a form by a list. wrong is told what was not taken, in the words of say. */
export function installFiles(form: HTMLFormElement, selected: SelectedFile[], wrong: (errors: FieldError[]) => void, say = toReporter): void {
  const input = find<HTMLInputElement>("#files", form);
  const limits = { files: Number(input.dataset["files"]), size: Number(input.dataset["size"]) };
  const rows = h("ul", { class: "selected-files" });
  for (const general of form.querySelectorAll<HTMLElement>(".any-file")) general.hidden = true; // each file has its own
  input.closest(".field")!.after(rows);
  const sayNone = sayChosen(input, () => (selected.length > 0 ? null : ""));
  const said = h("p", { class: "hidden", role: "status" }); // the rows are too much to be read aloud again and again
  rows.after(said);
  const show = () => {
    rows.replaceChildren(...selected.map((one) => item(one, () => remove(one), (text) => (said.textContent = text))));
    rows.hidden = selected.length === 0;
    sayNone();
  };
  const remove = (one: SelectedFile) => {
    selected.splice(selected.indexOf(one), 1);
    show();
    input.focus();
  };
  const take = () => {
    const errors: FieldError[] = [];
    for (const file of input.files ?? []) {
      const fault = refused(file, selected, limits, say);
      if (fault) errors.push({ field: "files", text: fault });
      else selected.push(selectFile(file, limits.size));
    }
    input.value = "";
    show();
    wrong(errors);
  };
  input.addEventListener("change", take);
  if (input.files?.length) take(); // selected while this script was on its way
  else show();
}

/** Says of a file that it could not be read or checked. */
export const unreadable = (error: Unreadable): FieldError => ({
  field: "files",
  text: t(error instanceof Unchecked ? "browser.files.unchecked" : "browser.files.unreadable", { Name: visible(error.file) }),
});

/** What was done with a file, as its message says. */
type Done = Pick<SealedFile, "cleaned" | "found">;

/** A line about a file for a page that only shows it; kept is the key of what it says of one that was not cleaned. */
export const fileLine = (name: string, bytes: number, done: Done, kept = "file.kept"): HTMLLIElement =>
  h("li", {}, marked(name), " ", h("span", {}, aboutFile(bytes, done, kept)));

/** Says in words how large a file is, and what was done with it; one of 0 bytes is empty. */
export const aboutFile = (bytes: number, { cleaned, found }: Done, kept: string): string =>
  bytes === 0 ? t("file.empty") : `${size(bytes)} · ${t(!cleaned ? kept : found ? "file.cleaned" : "file.nothing")}`;

function refused(file: File, selected: SelectedFile[], limits: { files: number; size: number }, say: Say): string | null {
  if (file.size > limits.size) return say("file-too-large", { Name: visible(file.name), Limit: size(limits.size) });
  if (selected.length >= limits.files) return say("too-many-files", { Limit: number(limits.files) });
  return null;
}

function item(one: SelectedFile, remove: () => void, say: (text: string) => void): HTMLLIElement {
  const { file } = one;
  const about = h("div", { class: "hidden-details" });
  const look = (examined: Promise<Examined>) => {
    about.replaceChildren(h("p", {}, t("browser.files.looking")));
    examined.then(
      (found) => {
        about.replaceChildren(...details(one, found));
        say(`${visible(file.name)} – ${summary(file, found)}`);
      },
      (error: unknown) => {
        const { text } = unreadable(error as Unreadable);
        about.replaceChildren(h("p", { class: "error" }, text), button(t("browser.files.again"), "plain", () => look(examineAgain(one))));
        say(text);
      },
    );
  };
  look(one.examined);
  const away = button(t("browser.files.remove"), "plain", remove);
  away.append(h("span", { class: "hidden" }, ` ${visible(file.name)}`));
  return h("li", {}, h("p", { class: "name" }, marked(file.name), " ", h("span", {}, size(file.size))), about, away);
}

// What was found, in a sentence.
function summary(file: File, { findings, cleaned }: Examined): string {
  if (file.size === 0) return t("browser.files.empty");
  if (findings.length > 0) return t("browser.files.found", { Found: list(findings.map((f) => t(`finding.${f}`))) });
  return t(cleaned ? "browser.files.nothing" : "browser.files.cannot");
}

let names = 0;

function details(one: SelectedFile, examined: Examined): HTMLElement[] {
  const found = summary(one.file, examined);
  if (examined.findings.length === 0) return [h("p", {}, found)];
  if (!examined.cleaned) return [h("p", {}, found), h("p", {}, t("browser.files.cannot"))];
  const name = `keep-${++names}`; // of no form: a server that seals would refuse what it does not know
  const choice = (keep: boolean, text: string) => {
    const radio = h("input", { type: "radio", form: "", name, id: `${name}-${String(keep)}`, checked: one.keep === keep });
    radio.addEventListener("change", () => (one.keep = keep));
    return h("div", { class: "choice" }, radio, h("label", { for: radio.id }, text));
  };
  return [h("fieldset", { class: "field" }, h("legend", {}, found), choice(false, t("browser.files.clean")), choice(true, t("browser.files.keep")))];
}
