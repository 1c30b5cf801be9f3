// On every page of the desk: who is signed in, and the keys. The pages before
// sign-in have no way out, and nobody to ask for.
import { begin } from "../session/session.ts";
import { installKeys } from "../ui/keys.ts";

if (document.querySelector("form.sign-out")) {
  await begin();
  installKeys();
}
