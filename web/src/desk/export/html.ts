// The page of an exported case: for reading and printing, without scripts. It
// leaves this system, so that its few styles stand within it.
import { t } from "../../lib/texts.ts";
import { hasDangerousExtension } from "../ui/dangerous-extensions.ts";
import type { Dossier, DossierEntry, DossierFile } from "./dossier.ts";
import type { Passage } from "./mask-text.ts";

/** How a case is written down. */
export interface Writing {
  readonly masked: boolean;
  readonly made: string; // the day, in words
  /** A passage as it is exported. */
  readonly words: (passage: Passage) => string;
  /** Where a file lies in the archive; undefined: it is not part of it. */
  readonly path: (file: DossierFile) => string | undefined;
}

const style = `
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.6 system-ui, sans-serif; color: #111; background: #fff; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } h3 { font-size: 1rem; margin: 0; }
dl { display: grid; grid-template-columns: minmax(7rem, 1fr) 3fr; gap: .2rem 1rem; } dt { color: #444; } dd { margin: 0; }
article { margin: 1rem 0; padding: .8rem 1rem; border: 1px solid #999; break-inside: avoid-page; }
article.desk, article.note { margin-left: 1.5rem; } article.note { border: 2px dashed #6b3a00; }
.text { white-space: pre-wrap; } .when, .event, .about { color: #444; font-size: .9rem; } .warning { padding: .6rem 1rem; border-left: .4rem solid #a30010; background: #fdf0f0; }
@media print { body { margin: 0; max-width: none; } .warning { border: 1px solid #111; } }
`;

// What the file may load, wherever it is opened: nothing.
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** A text within markup. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => escapes[c]!);

/** Writes a case as a page. */
export function pageOf(dossier: Dossier, writing: Writing): string {
  const lang = document.documentElement.lang;
  const title = `${t("case.title")} ${writing.words(dossier.id)}`;
  return `<!DOCTYPE html>
<html lang="${escaped(lang)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p class="warning">${escaped(t(writing.masked ? "export.page.masked" : "export.page.opened"))}</p>
<p class="about">${escaped(t("export.page.made", { Day: writing.made }))}</p>
<h2>${escaped(t("case.facts"))}</h2>
<dl>${dossier.facts.map((fact) => row(fact, writing)).join("\n")}</dl>
<h2>${escaped(t("case.timeline"))}</h2>
${dossier.entries.map((entry) => entryOf(entry, writing)).join("\n")}
</body>
</html>
`;
}

const row = (passage: Passage, { words }: Writing): string => `<dt>${escaped(passage.label)}</dt><dd${inLanguage(passage)} dir="auto">${escaped(words(passage))}</dd>`;

const inLanguage = ({ language }: Passage): string => (/^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*$/.test(language) ? ` lang="${language}"` : "");

function entryOf({ kind, author, when, text, fault, answers, files }: DossierEntry, writing: Writing): string {
  const { words } = writing;
  if (kind === "event") return `<p class="event" dir="auto">${text ? escaped(words(text)) : ""}</p>`;
  const head = `<h3 dir="auto">${escaped(author ? words(author) : t(`mask.entry.${kind}`))}</h3><p class="when">${when ? escaped(words(when)) : ""}${kind === "note" ? ` · ${escaped(t("case.note.tag"))}` : ""}</p>`;
  const body = text ? `<p class="text"${inLanguage(text)} dir="auto">${escaped(words(text))}</p>` : `<p class="about">${escaped(fault)}</p>`;
  const given = answers.length > 0 ? `<dl>${answers.map((answer) => row(answer, writing)).join("\n")}</dl>` : "";
  const list = files.length > 0 ? `<ul>${files.map((file) => fileOf(file, writing)).join("\n")}</ul>` : "";
  return `<article class="${kind}">${head}${body}${given}${list}</article>`;
}

function fileOf(file: DossierFile, { words, path }: Writing): string {
  const name = escaped(words(file.name));
  const at = path(file);
  if (!at) return `<li><bdi>${name}</bdi> <span class="about">${escaped(t("export.page.without"))}</span></li>`;
  const warning = hasDangerousExtension(file.file.name) ? ` <strong>${escaped(t("case.file.risk"))}</strong>` : "";
  return `<li><a href="${escaped(at.split("/").map(encodeURIComponent).join("/"))}" rel="noreferrer"><bdi>${name}</bdi></a> <span class="about">${escaped(file.about)}</span>${warning}</li>`;
}
