// The last look before sending: everything that will be sent, and which desk will
// read it.
import { excludedIn, given, inWords } from "../lib/answers.ts";
import { getIntake } from "../lib/api.ts";
import { branchName, queueOf, type Reads } from "../lib/branches.ts";
import { button, find, h } from "../lib/dom.ts";
import { fileLine } from "../lib/files.ts";
import { unanswered } from "../lib/routing.ts";
import { outgoing, type SelectedFile } from "../lib/selected-files.ts";
import { marked, t } from "../lib/texts.ts";

type Answers = Readonly<Record<string, string>>;
type Sealing = typeof import("./sealing.ts");

/** Shows what will be sent. How somebody reports is always said, also where it is the default. change leads to an answer. */
export function showReview(place: HTMLElement, form: HTMLFormElement, answers: Answers, selected: readonly SelectedFile[], change: (field: string) => void): void {
  const title = find('label[for="text"]', form).firstChild?.textContent?.trim() ?? "";
  const text = h("p", { class: "text", dir: "auto" }, marked(answers["text"] ?? ""));
  const { identity = "" } = unanswered;
  const rows = inWords(form, { identity, ...given(answers) }).map(({ field, question, answer }) => ({
    ofName: /^(identity|name|contact)$/.test(field),
    row: h("div", {}, h("dt", {}, question), h("dd", {}, marked(answer), " ", changeButton(field, question, change))),
  }));
  const facts = (ofName: boolean) => h("dl", { class: "facts" }, ...rows.filter((one) => one.ofName === ofName).map(({ row }) => row));
  const name = find("summary", find('[name="identity"]', form).closest("details")!).firstChild?.textContent?.trim() ?? "";
  const files = selected.length > 0 ? h("ul", { class: "files" }) : h("p", {}, t("browser.review.no-files"));
  place.replaceChildren(
    h("section", { class: "message" }, h("h3", {}, title, " ", changeButton("text", title, change)), text, ...(rows.some((one) => !one.ofName) ? [facts(false)] : [])),
    h("section", { class: "message" }, h("h3", {}, t("files.title"), " ", changeButton("files", t("files.title"), change)), files),
    h("section", { class: "message" }, h("h3", {}, name), facts(true)),
  );
  outgoing(selected).then(
    (ready) => files.matches("ul") && files.replaceChildren(...ready.map((f) => fileLine(f.name, f.content.size, f, "browser.review.kept"))),
    () => undefined, // sending says what is wrong
  );
}

function changeButton(field: string, what: string, change: (field: string) => void): HTMLElement {
  const b = button(t("browser.review.change"), "plain", () => change(field));
  b.append(h("span", { class: "hidden" }, ` ${what}`));
  return b;
}

/** Shows which desk will read the report. */
export function showDesk(place: HTMLElement, { branch, names }: Reads): void {
  tell(place, t("browser.desk.reads", { Queue: branchName(branch, names) }));
  place.dataset["queue"] = queueOf(branch);
}

/** What a queue is called on this page, which may be one that nobody reads now. */
export function deskName(queue: string): string {
  const chosen = document.querySelector<HTMLElement>(`[name="desk"][value="${CSS.escape(queue)}"] + label`);
  return chosen?.textContent.trim() ?? branchName(queue);
}

function tell(place: HTMLElement, text: string, bad = false): HTMLElement {
  place.className = bad ? "notice" : "message";
  delete place.dataset["queue"];
  const said = place.querySelector<HTMLElement>("[role=status]") ?? h("p", { role: "status" });
  said.textContent = text;
  if (!said.isConnected) place.replaceChildren(h("h3", {}, t("browser.desk.title")), said);
  return said;
}

/**
 * Finds out which desk will read the report, from its answers and the server's
 * rules, and shows it. Returns its branch, "" where it is not known, or where nobody
 * could read the report: mend leads to what can be done about that.
 */
export async function announceDesk(place: HTMLElement, answers: Answers, sealing: Sealing, mend: (error: unknown) => unknown): Promise<string> {
  tell(place, t("browser.desk.looking"));
  try {
    const reads = sealing.route(await getIntake(answers["entity"]), given(answers), excludedIn(answers));
    showDesk(place, reads);
    return reads.branch;
  } catch (error) {
    const mendable = error instanceof sealing.NobodyLeft ? "error.nobody-left" : error instanceof sealing.ListChanged ? "error.not-for-changed" : "";
    if (mendable) tell(place, t(mendable), true).append(" ", changeButton("not_for", t("browser.desk.title"), () => mend(error)));
    else if (error instanceof sealing.Closed) tell(place, t("browser.desk.closed", { Queue: deskName(error.desk) }), true);
    else tell(place, t("browser.desk.unknown"));
    return "";
  }
}
