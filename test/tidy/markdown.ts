/** A fenced block: the word after the fence, the line its text begins on (from 1), and its text. */
export interface Fence {
  readonly language: string
  readonly line: number
  readonly text: string
}

interface Parts {
  readonly fences: readonly Fence[]
  readonly prose: string
}

/** Takes a page apart into its fenced blocks and what is between them. */
function takeApart(page: string): Parts {
  const fences: Fence[] = []
  const prose: string[] = []
  let open: { mark: string; language: string; line: number; lines: string[] } | undefined
  for (const [index, line] of page.split('\n').entries()) {
    const fence = /^\s*(`{3,}|~{3,})\s*(\w*)/.exec(line)
    if (open === undefined && fence !== null) {
      open = { mark: fence[1] ?? '', language: fence[2] ?? '', line: index + 2, lines: [] }
    } else if (open !== undefined && line.trim().startsWith(open.mark)) {
      fences.push({ language: open.language, line: open.line, text: open.lines.join('\n') })
      open = undefined
    } else if (open === undefined) {
      prose.push(line)
    } else {
      open.lines.push(line)
    }
  }
  return { fences, prose: prose.join('\n') }
}

/** The fenced blocks of a page, in order. */
export function fencesOf(page: string): readonly Fence[] {
  return takeApart(page).fences
}

/** Where the links of a page lead, in order, pictures included; what stands in code is no link. */
export function linksOf(page: string): readonly string[] {
  const prose = takeApart(page).prose.replaceAll(/(`+)[^`].*?\1/g, '')
  return [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)].map((match) => match[1] ?? '')
}

/** The anchors that the headings of a page make, as forges make them. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const seen = new Map<string, number>()
  const anchors = takeApart(page)
    .prose.split('\n')
    .flatMap((line) => /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1] ?? [])
    .map((title) => {
      const slug = title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-')
      const count = seen.get(slug) ?? 0
      seen.set(slug, count + 1)
      return count === 0 ? slug : `${slug}-${count}`
    })
  return new Set(anchors)
}
