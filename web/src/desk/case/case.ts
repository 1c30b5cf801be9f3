// A case as the desk's API gives it (docs/desk-api.md): what the server knows,
// and what is sealed.
import type { Sender } from "../../crypto/message.ts";
import type { BranchNames } from "../../lib/branches.ts";
import { getAtDesk, type Limits, postAtDesk, type Statement } from "../../lib/api.ts";

/** Whether somebody reports something, or asks for advice. */
export type CaseKind = "report" | "consultation";

/** What a message of the desk is for: information, a question, the feedback that the law asks for. Of a note: a task. Of the reporter: an answer to what their page asks by itself. */
export type Kind = "" | "question" | "answer" | "task" | "asked";

export interface MessageRow {
  readonly seq: number;
  readonly from: Sender;
  readonly kind: Kind;
  readonly on: string; // ISO day
  readonly at: number; // unix seconds, 0 for what the reporter does
  readonly by: string; // handler id, ""
  readonly sealed: string; // base64
}

export interface CaseEvent {
  readonly after: number; // number of the newest message when it happened
  readonly at: number;
  readonly by: string;
  readonly what: "state" | "priority" | "assignee" | "kind" | "standing" | "danger" | "queue" | "entity" | "excluded" | "recused" | "readmitted" | "access" | "name" | "export" | "classified" | "extended" | "step" | "meeting" | "hold" | "unhold" | "delete-asked" | "delete-withdrawn";
  readonly from: string;
  readonly to: string;
  readonly outcome: string;
}

/** What can be done now, and what must come with it. */
export interface PossibleTransition {
  readonly to: string;
  readonly message: "desk" | "";
  readonly note: boolean;
  readonly outcomes: readonly string[];
}

/** A case that belongs to this one. */
export interface CaseLink {
  readonly kind: "related" | "duplicate";
  readonly case: string;
  readonly branch: string;
  readonly category: string;
  readonly state: string;
  readonly received: string; // ISO day
}

export interface DeskCase {
  readonly form: string;
  readonly on: string;
  readonly case: {
    readonly id: string;
    readonly branch: string; // who reads it
    readonly entity: string; // what it is about, "" the organisation
    readonly kind: "" | CaseKind; // "" until a handler has confirmed it
    readonly category: string;
    readonly danger: "" | "open" | "acted";
    readonly standing: "counts" | "duplicate" | "junk";
    readonly state: string;
    readonly turn: "new" | "desk" | "reporter" | "ended";
    readonly outcome: string;
    readonly recipient: string;
    readonly reporter_recipient: string;
    readonly last_seq: number;
  };
  readonly dates: Readonly<Record<"received" | "acknowledge" | "answer" | "promise" | "acknowledged" | "answered" | "closed" | "extension" | "meeting_asked" | "meeting_by" | "meeting_held", string>>;
  readonly key: string; // base64, "" none
  readonly messages: readonly MessageRow[]; // in order
  readonly earlier: number; // those from here on follow one another; 0: all of them. Smaller numbers are of the beginning, or say of tasks
  readonly files: readonly { readonly id: string; readonly seq: number; readonly size: number }[];
  readonly events: readonly CaseEvent[];
  readonly handlers: Readonly<Record<string, string>>; // names by id
  readonly colleagues: readonly string[]; // handler ids
  readonly moves: readonly PossibleTransition[];
  readonly read: number;
  readonly exclusions: readonly { readonly who: string; readonly kind: "excluded" | "recused" | "reporter"; readonly at: number; readonly by: string }[];
  readonly excludable: readonly string[]; // handler ids
  readonly queues: readonly string[]; // that the case can be handed over to
  readonly entities: readonly string[]; // codes, of what it can be about
  readonly names?: BranchNames;
  readonly name: { readonly held: boolean; readonly designated: boolean };
  readonly labels: string; // base64, "" none
  readonly labels_version: number;
  readonly classification: string; // base64, "" none
  readonly classification_version: number;
  readonly links: readonly CaseLink[];
  readonly statements: readonly Statement[];
  readonly retention: {
    readonly hold: { readonly owner: string; readonly until: string; readonly on: string; readonly by: string; readonly reads: boolean } | null;
    readonly deletion: { readonly by: string; readonly on: string } | null;
    readonly may_ask: boolean; // for an early deletion
    readonly alone: boolean; // nobody else reads the case
  };
  readonly limits: Limits;
}

/** A change of state, as it is asked for. */
export interface Transition {
  readonly from: string;
  readonly to: string;
  readonly outcome: string;
}

/** What is said of a meeting with the reporter, with a message. */
export interface Meeting {
  readonly held?: string; // on that day
  readonly declined?: boolean;
  readonly record?: boolean; // the message is the record, for the reporter to check
}

export const loadCase = (id: string): Promise<DeskCase> => getAtDesk<DeskCase>(`cases/${id}`);

/** Says how far a handler has read. */
export const markRead = (id: string, seq: number): Promise<unknown> => postAtDesk(`cases/${id}/read`, { seq });

/** Makes a transition that needs no message. */
export const makeTransition = (id: string, move: Transition): Promise<DeskCase> => postAtDesk<DeskCase>(`cases/${id}/moves`, move);
