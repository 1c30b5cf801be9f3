// The follow-up with scripts: the receipt stays in the page, and state and
// messages open here.
import { isReceipt, normalized, parseReceipt } from "../crypto/receipt.ts";
import { type Form, Refusal, Unanswered } from "../lib/api.ts";
import { find, focusOn, h } from "../lib/dom.ts";
import { showErrors } from "../lib/errors.ts";
import { stopped, withProgressPanel } from "../lib/progress.ts";
import { loadTexts, t } from "../lib/texts.ts";
import { showConversation } from "./conversation.ts";
import { onLanguageChange } from "./language.ts";
import { guardLeaving } from "./quick-exit.ts";

const form: Form = { token: find<HTMLInputElement>('#follow-up [name="form"]').value };
const theForm = () => find<HTMLFormElement>("form#follow-up");
const theField = () => find<HTMLInputElement>("#receipt", theForm());

const loading = import("./sealing.ts").catch(() => undefined);
await loadTexts(); // without them the page stays the plain form that it is
guardLeaving();
const sealing = await loading;
install("");

function install(typed: string): void {
  typed = theField().value ||= typed;
  const typing = h("p", { class: "hint", role: "status" });
  theField().after(typing);
  theField().addEventListener("input", () => (typing.textContent = progressOf(theField().value)));
  onLanguageChange(() => install(typed));
  theField().addEventListener("input", () => (typed = theField().value));
  if (sealing) theForm().addEventListener("submit", onSubmit);
  else explainUnsealed("browser.unloaded");
}

// Says while typing that a receipt is complete and sound, or is not; nothing
// before it is complete.
function progressOf(typed: string): string {
  if (normalized(typed).length < 25) return "";
  const parsed = parseReceipt(typed);
  return isReceipt(parsed) ? t("browser.receipt.sound") : faultOf(typed);
}

function faultOf(typed: string): string {
  const parsed = parseReceipt(typed);
  if (isReceipt(parsed)) return "";
  if (typed.trim() === "") return t("error.receipt-missing");
  const text = t(`error.receipt-${parsed.fault}`);
  return parsed.group ? `${text} ${t("browser.receipt.group", { Group: parsed.group })}` : text;
}

function onSubmit(event: SubmitEvent): void {
  event.preventDefault();
  void open();
}

async function open(): Promise<void> {
  document.getElementById("notice")?.remove();
  const typed = theField().value;
  const receipt = parseReceipt(typed);
  if (!isReceipt(receipt)) {
    showErrors(theForm(), [{ field: "receipt", text: faultOf(typed) }]);
    return;
  }
  showErrors(theForm(), []);
  try {
    const visit = await withProgressPanel(theForm(), 0, (progress) => sealing!.visit(receipt, form, progress), "browser.opening");
    showConversation(sealing!, visit, form);
  } catch (error) {
    if (stopped(error)) focusOn(theField());
    else if (error instanceof Refusal && error.code === "not-found") showErrors(theForm(), [{ field: "receipt", text: t("error.receipt-unknown") }]);
    else if (error instanceof Unanswered || error instanceof Refusal || (await sealing!.works())) say(t("browser.offline"));
    else explainUnsealed("browser.unopened.text");
  }
}

function say(...texts: string[]): void {
  const notice = h("div", { class: "notice", id: "notice", role: "alert" }, ...texts.map((text) => h("p", {}, text)));
  find("main").prepend(notice);
  focusOn(notice);
}

// Opening cannot run here, for the reason of that key. The person decides whether
// to show the receipt to the server, which then opens the answer for a moment.
function explainUnsealed(why: string): void {
  theForm().removeEventListener("submit", onSubmit);
  say(t(why), t("browser.unopened.choice"));
}
