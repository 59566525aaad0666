/** Links as addresses of this page: whoever opens one is where they can answer it. */

const SCHEME = 'sealpost:i/'
const FRAGMENT = '#/i/'
const LINK = /(?:sealpost:i\/|https?:\/\/[^\s#]*#\/i\/)([A-Za-z0-9_-]+)/i

/**
 * A link as an address: what follows `#` is never sent to whoever serves the page.
 *
 * @param link as the peer gives it: `sealpost:i/...`
 * @param page the address of this page, with or without a fragment
 */
export function pageLink(link: string, page: string): string {
  const [place = ''] = page.split('#')
  return `${place}${FRAGMENT}${link.slice(SCHEME.length)}`
}

/** The first link in a text, since people send them with words around; undefined where there is none. */
export function linkIn(text: string): string | undefined {
  const payload = LINK.exec(text)?.[1]
  return payload === undefined ? undefined : SCHEME + payload
}

/** Whether nobody but this machine can open an address: the link still works where it is pasted. */
export function isOnlyHere(page: string): boolean {
  const host = URL.canParse(page) ? new URL(page).hostname : ''
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host) || host === ''
}
