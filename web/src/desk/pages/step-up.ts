// Password or passkey again; then the form that was stopped is sent on.
import "./desk.ts";
import { find } from "../../lib/dom.ts";
import { begin } from "../session/session.ts";
import { stepUpForm } from "../session/step-up.ts";

const { session } = await begin();
const form = stepUpForm(session, () => find<HTMLFormElement>("#stopped").submit());
find("#prove").replaceChildren(form);
find<HTMLInputElement>("[type=password]", form).focus();
