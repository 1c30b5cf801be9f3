// The page of a case: it opens here, and what is written is sealed here.
import "./desk.ts";
import { OpenError } from "../../crypto/seal.ts";
import { Refusal } from "../../lib/api.ts";
import { find, focusOn, h } from "../../lib/dom.ts";
import { t, visible } from "../../lib/texts.ts";
import { type DeskCase, loadCase, markRead } from "../case/case.ts";
import { decryptCase, type DecryptedCase, forgetDecrypted, maySeal } from "../case/decrypted-case.ts";
import { DraftKeeper, keptDraft } from "../case/draft.ts";
import { refreshFacts } from "../case/facts.ts";
import { installLabels, showLabels } from "../case/labels.ts";
import { spoken } from "../case/languages.ts";
import { showReaders } from "../transfer/readers.ts";
import { emptyForms, installForms, restore, showTemplates, unsent, writeIn, written } from "../case/reply.ts";
import { showName } from "../transfer/reporter-name.ts";
import { adjoins, joined, withTasks } from "../case/pages.ts";
import { installPaging } from "../case/paging.ts";
import type { CasePage } from "../case/sending.ts";
import { showTimeline } from "../case/timeline.ts";
import { emptyReasons, unsentReasons } from "../transfer/transfer-reason.ts";
import { showTriage } from "../case/triage.ts";
import { askToClassify, classificationDraft, rootCause, forgetClassification, installClassification, restoreClassification, showClassification, unsavedClassification } from "../classification/card.ts";
import { emptyTransitions, installTransitions, restoreTransitions, showNeeded, showTransitions, unsentTransitions } from "../case/transitions.ts";
import { installExport, showExport } from "../export/export.ts";
import { installCaseKeys } from "../head/keys.ts";
import { showNextAct } from "../head/next-act.ts";
import { installPresence } from "../head/presence.ts";
import { installLinks, showLinks } from "../links/links.ts";
import { showRetention } from "../retention/retention.ts";
import { emptyMeeting, installMeeting, showMeeting, unsentMeeting } from "../meeting/meeting.ts";
import { installSteps } from "../steps/steps.ts";
import { installTasks, showTasks, unsentTask } from "../tasks/task-list.ts";
import { focusNear } from "../ui/near.ts";
import { begin, handler, lock, onLock, whenUnlocked } from "../session/session.ts";

const place = find("#case");
const id = place.dataset["case"]!;
const title = find("#subject").textContent;
const openable = place.dataset["openable"] !== undefined;
const offline = find("main").dataset["offline"] !== undefined;

// Where the case stood in the list stays, whatever is done to it.
const address = new URL(location.href);
if (place.dataset["place"] && !address.searchParams.has("at")) {
  address.searchParams.set("at", place.dataset["place"]);
  history.replaceState(history.state, "", address);
}

await begin();
const me = handler();
let identity: string | undefined;
let opened: DecryptedCase | undefined;
let asked = 0; // the newest answer wins

const page: CasePage = {
  id,
  me: me.id,
  current: () => opened!,
  show,
  reload: async () => show(await loadCase(id)),
  showMore,
  say,
};
const keeper = new DraftKeeper(id, me.recipient, () => ({ ...written(), ...unsentTransitions(), classification: classificationDraft() }));
const loses = () => unsent() || unsentReasons() || unsavedClassification() || unsentTask() || unsentMeeting() || Object.values(unsentTransitions()).join("").trim() !== "";
const changed = () => {
  if (identity) keeper.changed();
};

installCaseKeys();
find("#told").textContent = t("case.loading");
try {
  installClassification(page, changed, showNeeded);
  await show(await loadCase(id));
  installForms(page, changed, loses, forget);
  installTransitions(page, changed, (form, closes) => askToClassify(page, form, closes));
  installLabels(page);
  installLinks(page);
  installExport(page, takenAlong);
  installTasks(page);
  installMeeting(page);
  installSteps(page);
  installSheet();
  installPaging(page);
  installPresence(id);
  addEventListener("beforeunload", onLeaving);
  if (!offline) whenUnlocked((unlocked) => void unlock(unlocked), openable); // a draft opens even where the case does not
} catch (error) {
  if (error instanceof Refusal && error.code === "signed-out") lock("ended");
  find("#told").textContent = "";
  say(t("case.trouble.load"));
}
onLock((signedOut) => {
  removeEventListener("beforeunload", onLeaving);
  if (identity && !signedOut) void keeper.keep(); // what stands there now
  else keeper.stop();
  identity = undefined;
  opened = undefined;
  forgetDecrypted();
  forgetClassification();
  forget();
  find("#timeline").replaceChildren();
  find("#subject").textContent = title;
});

function forget(): void {
  emptyForms();
  emptyMeeting();
  emptyTransitions();
  emptyReasons();
}

// The browser asks only where something would be lost: chosen files, and a text
// that is not kept, because this tab could not open it again.
function onLeaving(event: BeforeUnloadEvent): void {
  if (identity) void keeper.keep();
  if (document.querySelector(".sending, .selected-files li") || unsentReasons() || unsentTask() || (!identity && loses())) event.preventDefault();
}

async function unlock(unlocked: string): Promise<void> {
  identity = unlocked;
  try {
    const { data } = await show(opened!.data);
    const draft = await keptDraft(id, unlocked);
    if (draft) {
      restore(draft);
      restoreTransitions(draft);
      restoreClassification(page, draft.classification);
    }
    if (loses()) changed(); // typed while the page was still locked
    const unread = document.getElementById("unread");
    if (unread && data.read > 0) focusOn(unread); // none where it stands on an earlier page: the way there is a link
  } catch (error) {
    say(t(error instanceof OpenError ? "case.trouble.key" : "case.trouble.load"));
  }
}

// An offline identity reads elsewhere: what was taken along counts as read.
function takenAlong(): void {
  if (offline) void markRead(id, page.current().data.case.last_seq).catch(() => undefined);
}

async function show(answer: DeskCase): Promise<DecryptedCase> {
  const mine = ++asked;
  let before: DeskCase | undefined;
  let fresh: DecryptedCase;
  do {
    before = opened?.data;
    fresh = await decryptCase(await complete(before, answer), openable ? identity : undefined);
    if (mine !== asked && opened) return opened;
  } while (opened?.data !== before); // earlier messages came meanwhile, or the page was locked
  const { data } = fresh;
  const first = !opened?.language && fresh.language;
  opened = fresh;
  const unread = showTimeline(find("#timeline"), fresh, me.id);
  find("#first-unread").hidden = !unread || data.read === 0;
  if (first) writeIn(spoken(fresh.language));
  showSubject(fresh);
  showWriting(fresh);
  showTriage(fresh);
  showExport(fresh);
  showTasks(page, fresh);
  showMeeting(fresh);
  await showLabels(page, fresh);
  await showClassification(page, waiting(fresh));
  if (opened === fresh) showTasks(page, fresh, rootCause()); // again
  void showLinks(data, page).catch(() => undefined); // without the subjects
  if (fresh.identity && data.read < data.case.last_seq) void markRead(id, data.case.last_seq).catch(() => undefined); // it stays unread
  if (before ? before !== answer : place.dataset["stands"] !== standsAt(data)) await refreshFacts().catch(() => undefined); // the timeline has said it already
  if (opened === fresh) showTriage(fresh); // again, in what was fetched
  return fresh;
}

// What a browser holds of a case after an answer: the earlier messages that it had, and all tasks.
async function complete(held: DeskCase | undefined, answer: DeskCase): Promise<DeskCase> {
  const whole = joined(held, answer);
  return held && adjoins(held, answer) ? whole : withTasks(whole);
}

async function showMore(more: DeskCase): Promise<void> {
  for (let before = opened; before; before = opened) {
    const fresh = await decryptCase(joined(more, before.data), openable ? identity : undefined);
    if (opened !== before) continue; // another answer came meanwhile
    opened = fresh;
    find("#first-unread").hidden = !showTimeline(find("#timeline"), fresh, me.id, true) || fresh.data.read === 0;
    showTriage(fresh);
    return;
  }
}

// What the server's page says of a case too: a colleague may have acted between the two answers.
function standsAt({ case: { state, standing, danger, turn } }: DeskCase): string {
  return `${state} ${standing} ${danger} ${turn}`;
}

// The first words of the report stand as the page's title, on one line.
function showSubject(fresh: DecryptedCase): void {
  const text = fresh.entries.find(({ row }) => row.seq === 1)?.message?.text.replace(/\s+/g, " ").trim() ?? "";
  const subject = find("#subject");
  subject.textContent = text ? visible([...text].slice(0, 80).join("")) : title;
  subject.lang = (text && fresh.language) || document.documentElement.lang;
  find("#told").textContent = fresh.identity || offline || !openable ? "" : t("case.locked");
}

// Who cannot read here can still write; who has not unlocked yet waits.
function waiting(fresh: DecryptedCase): boolean {
  return openable && !offline && !fresh.identity;
}

function showWriting(fresh: DecryptedCase): void {
  if (document.querySelector(".sending")) return; // the forms are shown again when it ends
  const waits = waiting(fresh);
  find("#writing").hidden = waits;
  find("#reply").hidden = !maySeal(fresh, "desk");
  find("#note").hidden = !maySeal(fresh, "note");
  document.getElementById("genuine")?.remove();
  if (!waits && fresh.genuine !== "yes") {
    const kind = fresh.genuine === "unchecked" ? "notice" : "summary";
    find("#notices").append(h("div", { class: kind, id: "genuine", role: "alert" }, h("p", {}, t(`case.genuine.${fresh.genuine}`))));
  }
  if (!waits) void showTemplates(page);
  showTransitions(page);
  showNextAct(fresh);
  showReaders(page, waits);
  showName(page, waits);
  showRetention(page, waits);
}

function say(text: string): void {
  document.getElementById("said")?.remove();
  const notice = h("div", { class: "notice", id: "said", role: "alert" }, h("p", {}, text));
  find("#notices").append(notice);
  focusNear(notice);
}

// Paper shows what is folded on the screen.
function installSheet(): void {
  let closed: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll<HTMLDetailsElement>("#timeline details:not([open]), #facts details:not([open])")];
    for (const fold of closed) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of closed) fold.open = false;
    closed = [];
  });
}
