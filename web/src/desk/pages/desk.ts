// On every page of the desk: who is signed in, and the shortcuts. The pages before
// sign-in have no way out, and nobody to ask for.
import { begin } from "../session/session.ts";
import { installShortcuts } from "../ui/shortcuts.ts";

if (document.querySelector("form.sign-out")) {
  await begin();
  installShortcuts();
}
