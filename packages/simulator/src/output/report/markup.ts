/** HTML as text, in which what is not made here stays a text. */
import { SealpostError } from '@sealpost/protocol'

/** A piece of a page that needs no escaping any more. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | undefined | readonly Part[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
}

/** A template whose values are escaped, but for those that are HTML themselves; undefined is nothing. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    strings.map((text, at) => text + (at < parts.length ? write(parts[at]) : '')).join('')
  )
}

function write(part: Part): string {
  if (part === undefined) {
    return ''
  }
  if (part instanceof Html) {
    return part.text
  }
  if (Array.isArray(part)) {
    return (part as readonly Part[]).map(write).join('')
  }
  if (typeof part === 'string' || typeof part === 'number') {
    return String(part).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
  }
  throw new SealpostError('SEALPOST_BUG', 'a page is made of texts')
}

export interface Table {
  readonly caption: string
  readonly head: readonly string[]
  /** The first cell of each names its row; of the others, those that are numbers stand to the right. */
  readonly rows: readonly (readonly (string | Html)[])[]
}

export function table({ caption, head, rows }: Table): Html {
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((cell) => markup`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([first, ...rest]) =>
    markup`<tr><th scope="row">${first}</th>${rest.map((cell) => markup`<td>${cell}</td>`)}</tr>
`
)}</tbody>
</table></div>`
}
