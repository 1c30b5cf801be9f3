// On every page of the desk, as a part of its own script where it has one: chosen
// answers in full, who is signed in, and the shortcuts. The pages before sign-in have no
// way out, and nobody to ask for.
import { showAllChosen } from "../../lib/chosen.ts";
import { begin } from "../session/session.ts";
import { installShortcuts } from "../ui/shortcuts.ts";

showAllChosen(document);
if (document.querySelector("form.sign-out")) void begin().then(installShortcuts);
