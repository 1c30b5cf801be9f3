// Where a handler goes on after signing in: only to pages of this desk.

/** The address of a path below /{lang}/desk; the desk's first page for anything else. */
export function nextPage(next: string, lang: string, origin: string): string {
  const desk = `/${lang}/desk`;
  if (!/^\/[^/\\]/.test(next)) return desk;
  let url: URL;
  try {
    url = new URL(desk + next, origin);
  } catch {
    return desk;
  }
  const below = url.pathname.slice(desk.length);
  if (url.origin !== origin || !url.pathname.startsWith(`${desk}/`) || /^\/(sign-in|enrol|sign-out)/.test(below)) return desk;
  return url.pathname + url.search;
}

/** The sign-in page that leads back to an address of this desk. */
export function signInPage({ pathname, search }: { readonly pathname: string; readonly search: string }, lang: string): string {
  const below = pathname.startsWith(`/${lang}/desk/`) ? pathname.slice(`/${lang}/desk`.length) + search : "";
  const page = `/${lang}/desk/sign-in`;
  return below ? `${page}?next=${encodeURIComponent(below)}` : page;
}
