// Password or passkey again; then the form that was stopped is sent on.
import { find } from "../dom.ts";
import { begin } from "./session.ts";
import { stepUpForm } from "./step-up.ts";

const { session } = await begin();
const form = stepUpForm(session, () => find<HTMLFormElement>("#stopped").submit());
find("#prove").replaceChildren(form);
find<HTMLInputElement>("[type=password]", form).focus();
