// The part of the case page that says who may not read the case, and in which
// it is handed over, somebody is excluded, or a handler recuses themselves.
import { postAtDesk, recoveryID } from "../../lib/api.ts";
import { branchName, queueOf, type Reads } from "../../lib/branches.ts";
import { button, find, focusOn, h } from "../../lib/dom.ts";
import { clock, date, list, named, t, visible } from "../../lib/texts.ts";
import { ask } from "../ui/ask.ts";
import { offer } from "../ui/form.ts";
import type { DeskCase } from "../case/case.ts";
import { codeOf, entities, entityName, fieldOf } from "../ui/entities.ts";
import { GivenUp } from "../case/send.ts";
import type { CasePage } from "../case/sending.ts";
import { leave } from "./transfer-gone.ts";
import { type Choice, reasonForm } from "./transfer-reason.ts";
import { transfer } from "./transfer.ts";
import { withNote } from "../case/with-note.ts";

type Exclusion = DeskCase["exclusions"][number];

const queueChoice = h("select", { id: "transfer-queue" });
const entityChoice = h("select", { id: "transfer-entity" });
const whoChoice = h("select", { id: "exclude-who" });
let made = false;

/** Shows what can be done now. waits: nothing, until the page is unlocked. */
export function showReaders(page: CasePage, waits: boolean): void {
  const { data } = page.current();
  if (!made) make(page);
  made = true;
  const others = data.excludable.filter((id) => id !== page.me).map((id) => ({ value: id, text: visible(data.handlers[id] ?? id) }));
  offer(queueChoice, t("transfer.choose"), data.queues.map((queue) => ({ value: queue, text: branchName(queue, data.names) })));
  offerEntities(data);
  offer(whoChoice, t("exclusion.choose"), others);
  find("#transferring").hidden = data.queues.length === 0;
  find("#excluding").hidden = others.length === 0;
  const now = find("#readers-now");
  const gap = now.previousSibling?.textContent?.endsWith("：") ? "" : " "; // a full-width colon has room of its own
  now.textContent = gap + list(data.colleagues.map((id) => visible(data.handlers[id] ?? id)));
  find("#readers-closed").hidden = page.current().identity !== undefined;
  find("#readers").hidden = waits;
  showExcluded(page, data);
}

// What the case is about is chosen, unless the handler has chosen something else.
function offerEntities({ case: c, entities: possible }: DeskCase): void {
  const { value } = entityChoice;
  const untouched = value === "" || value === entityChoice.dataset["now"];
  entityChoice.dataset["now"] = fieldOf(c.entity);
  const offered = entities().filter(({ value: code }) => codeOf(code) === c.entity || possible.includes(codeOf(code)));
  entityChoice.replaceChildren(...offered.map(({ value: code, text }) => h("option", { value: code }, text)));
  entityChoice.value = untouched ? fieldOf(c.entity) : value;
}

function make(page: CasePage): void {
  const queue: Choice = { select: queueChoice, label: t("transfer.queue"), wrong: () => whyNotTo(page) };
  const entity: Choice = { select: entityChoice, label: t("transfer.entity"), hint: t("transfer.entity-hint") };
  const who: Choice = { select: whoChoice, label: t("exclusion.who"), wrong: () => (whoChoice.value === "" ? t("exclusion.missing") : "") };
  find("#transferring").append(reasonForm("transfer", page, t("transfer.send"), (why) => handOver(page, why), queue, ...(entities().length > 1 ? [entity] : [])));
  find("#excluding").append(reasonForm("exclude", page, t("exclusion.send"), (why) => exclude(page, why), who));
  find("#recusing").append(reasonForm("recuse", page, t("exclusion.recuse.send"), (why) => recuse(page, why)));
}

// What the case is about after it was handed over.
const about = (page: CasePage): string => (entities().length > 1 ? codeOf(entityChoice.value) : page.current().data.case.entity);

// It has to come to another queue, or to be about something else.
function whyNotTo(page: CasePage): string {
  const { branch, entity } = page.current().data.case;
  if (queueChoice.value === "") return t("transfer.missing");
  return queueChoice.value === queueOf(branch) && about(page) === entity ? t("transfer.same") : "";
}

async function handOver(page: CasePage, why: string): Promise<void> {
  const { branch } = page.current().data.case;
  const entity = about(page);
  let done = "";
  const agree = (to: Reads, readers: readonly string[]) => {
    const name = branchName(to.branch, to.names);
    const stays = to.branch === branch;
    done = stays ? t("transfer.done-entity", { Entity: entityName(entity) }) : t("transfer.done", { Queue: name });
    const means = stays ? [t("transfer.stays", { Queue: name })] : [t("transfer.means"), t("transfer.reporter")];
    return ask(stays ? t("transfer.question-entity", { Entity: entityName(entity) }) : t("transfer.question", { Queue: name }), t("transfer.send"), ...means, ...getKeys(page, readers));
  };
  const data = await transfer(page, { queue: queueChoice.value, entity, who: "" }, why, agree);
  await finish(page, "transfer", data, "transferred", done);
}

async function exclude(page: CasePage, why: string): Promise<void> {
  const who = whoChoice.value;
  const name = visible(page.current().data.handlers[who] ?? "");
  const agree = (to: Reads, readers: readonly string[]) => ask(t("exclusion.question", { Name: name }), t("exclusion.send"), t("exclusion.means"), ...goesTo(page, to), ...getKeys(page, readers));
  const data = await transfer(page, { queue: "", entity: "", who }, why, agree);
  await finish(page, "exclude", data, "excluded", t("exclusion.done", { Name: name }));
}

async function recuse(page: CasePage, why: string): Promise<void> {
  const agree = (to: Reads, readers: readonly string[]) =>
    ask(t("exclusion.recuse.question"), t("exclusion.recuse.send"), t("exclusion.recuse.means"), ...goesTo(page, to), ...getKeys(page, readers));
  const data = await transfer(page, { queue: "", entity: "", who: page.me }, why, agree);
  await finish(page, "recuse", data, "recused", "");
}

// Where nobody else is left the case goes elsewhere, and the reporter is told.
const goesTo = (page: CasePage, { branch, names }: Reads): string[] =>
  branch === page.current().data.case.branch ? [] : [t("exclusion.goes-to", { Queue: branchName(branch, names) }), t("transfer.reporter")];

// A person has to see for whom this browser seals the case.
function getKeys(page: CasePage, readers: readonly string[]): string[] {
  const { handlers } = page.current().data;
  const names = readers.map((id) => (id === recoveryID ? t("access.recovery.identity") : visible(handlers[id] ?? t("event.somebody"))));
  return names.length > 0 ? [`${t("transfer.gets")} ${list(names)}`] : [];
}

async function finish(page: CasePage, form: string, data: DeskCase | null, gone: Parameters<typeof leave>[0], done: string): Promise<void> {
  find<HTMLFormElement>(`form#${form}`).reset();
  if (!data) {
    leave(gone);
    return;
  }
  find(`#${form}-reason`).closest("details")?.removeAttribute("open");
  await page.show(data);
  page.say(done);
}

function showExcluded(page: CasePage, data: DeskCase): void {
  const place = find("#excluded");
  if (place.querySelector("form") && place.contains(document.activeElement)) return; // somebody writes in it
  find("#excluded-part").hidden = data.exclusions.length === 0;
  place.replaceChildren(...data.exclusions.map((one) => row(page, data, one)));
}

function row(page: CasePage, data: DeskCase, { who, kind, at, by }: Exclusion): HTMLElement {
  const name = data.handlers[who] ?? t("event.somebody");
  const line = h("li", {}, h("strong", {}, named(name)), h("span", {}, kindOf(kind)));
  if (at > 0) line.append(h("span", {}, date(clock(at).day), ...(by && by !== who ? [" · ", named(data.handlers[by] ?? t("event.somebody"))] : [])));
  if (kind === "reporter") return line;
  const again = button(t("exclusion.readmit.open"), "plain", () => {
    again.hidden = true;
    const form = readmitForm(page, who, visible(name), () => {
      form.remove();
      again.hidden = false;
      again.focus();
    });
    line.append(form);
    focusOn(form.querySelector("textarea")!);
  });
  again.append(h("span", { class: "hidden" }, ` ${visible(name)}`));
  line.append(again);
  return line;
}

function kindOf(kind: Exclusion["kind"]): string {
  if (kind === "reporter") return t("exclusion.kind-reporter");
  return kind === "recused" ? t("exclusion.kind-recused") : t("exclusion.kind-excluded");
}

// The form that lets somebody see the case again; cancel takes it away.
function readmitForm(page: CasePage, who: string, name: string, cancel: () => void): HTMLFormElement {
  const form = reasonForm(`readmit-${who}`, page, t("exclusion.readmit.send"), async (why) => {
    if (!(await ask(t("exclusion.readmit.question", { Name: name }), t("exclusion.readmit.send"), t("exclusion.readmit.means")))) throw new GivenUp();
    const data = await withNote(page, why, (note) => postAtDesk<DeskCase>(`cases/${page.id}/readmit`, { who, ...note }));
    form.remove();
    await page.show(data);
    page.say(t("exclusion.readmit.done", { Name: name }));
  });
  find(".tools", form).append(button(t("case.cancel"), "button second", cancel));
  return form;
}
