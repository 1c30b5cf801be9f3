// The few things that every script does with the page. Texts go in as text,
// never as markup.

type Attributes = Readonly<Record<string, string | boolean>>;

/** Makes an element. A true attribute stands without a value, a false one not at all. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Makes a button that does something and sends nothing. */
export function button(text: string, kind: string, act: () => unknown): HTMLButtonElement {
  const b = h("button", { type: "button", class: kind }, text);
  b.addEventListener("click", () => void act());
  return b;
}

/** The element of that selector, which the page must have. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the selector tells what it finds, as with querySelector
export function find<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`the page lacks ${selector}`);
  return found;
}

/** A copy of what a <template> holds. */
export const copyOf = (id: string, page: ParentNode = document): DocumentFragment =>
  document.importNode(find<HTMLTemplateElement>(`template#${id}`, page).content, true);

/** Puts the focus on an element that is not a control, and its start in sight. */
export function focusOn(element: HTMLElement): void {
  if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "start" });
}

/** Has the browser save something under a name. */
export function saveAs(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // slow phones begin late
}
