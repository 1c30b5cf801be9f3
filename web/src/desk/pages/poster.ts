// The page of the poster: a button where the browser's own command is named otherwise.
import "./desk.ts";

const button = document.querySelector<HTMLButtonElement>("#print");
button?.addEventListener("click", () => print());
if (button) {
  button.hidden = false;
  document.querySelector("#by-hand")?.remove();
}
