// The page of the poster: a button where the browser's own command is named otherwise.
const button = document.querySelector<HTMLButtonElement>("#print");
button?.addEventListener("click", () => print());
if (button) {
  button.hidden = false;
  document.querySelector("#by-hand")?.remove();
}
