/** Reads Prometheus's text format, strictly: what a scraper would not take throws. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly samples: readonly Sample[]
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const SAMPLE = new RegExp(
  `^(${NAME})(?:\\{(.*)\\})? (-?(?:[0-9.]+(?:e[+-]?[0-9]+)?)|[+-]Inf|Na[Nn])$`
)
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y

export function parseMetrics(text: string): ReadonlyMap<string, Family> {
  const families = new Map<string, Family & { readonly samples: Sample[] }>()
  let help: readonly [name: string, text: string] = ['', '']
  if (!text.endsWith('\n')) {
    throw new Error('the last line has no end')
  }
  for (const line of text.slice(0, -1).split('\n')) {
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (word === 'HELP') {
      help = [name, rest]
    } else if (word === 'TYPE') {
      if (help[0] !== name || families.has(name)) {
        throw new Error(`a family without help, or twice: ${line}`)
      }
      families.set(name, { name, type: rest, help: help[1], samples: [] })
    } else if (line !== '') {
      addSample(families, parseSample(line))
    }
  }
  return families
}

function parseSample(line: string): Sample {
  const [, name, labels = '', value] = SAMPLE.exec(line) ?? []
  if (name === undefined || value === undefined) {
    throw new Error(`no sample: ${line}`)
  }
  return { name, labels: parseLabels(labels), value: Number(value.replace('Inf', 'Infinity')) }
}

function parseLabels(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {}
  LABEL.lastIndex = 0
  for (let at = 0; at < text.length; at = LABEL.lastIndex) {
    const [, name, value] = LABEL.exec(text) ?? []
    if (name === undefined || value === undefined || name in labels) {
      throw new Error(`no labels: ${text}`)
    }
    labels[name] = value
  }
  return labels
}

function addSample(
  families: ReadonlyMap<string, { readonly type: string; readonly samples: Sample[] }>,
  sample: Sample
): void {
  const base = sample.name.replace(/_(?:bucket|sum|count)$/, '')
  const family = families.get(sample.name) ?? families.get(base)
  if (
    family === undefined ||
    (sample.name !== base && family.type === 'histogram') !==
      (family === families.get(base) && family.type === 'histogram')
  ) {
    throw new Error(`a sample of no family: ${sample.name}`)
  }
  const key = JSON.stringify([sample.name, sample.labels])
  if (family.samples.some((other) => JSON.stringify([other.name, other.labels]) === key)) {
    throw new Error(`the same series twice: ${key}`)
  }
  family.samples.push(sample)
}

/** How many series there are. */
export function seriesCount(families: ReadonlyMap<string, Family>): number {
  return [...families.values()].reduce((count, { samples }) => count + samples.length, 0)
}

/** The value of one series, by its name as a scraper writes it: `name` or `name{label="word"}`. */
export function valueOf(families: ReadonlyMap<string, Family>, series: string): number | undefined {
  const [, name = '', labels = ''] = /^([^{]+)(?:\{(.*)\})?$/.exec(series) ?? []
  const wanted = JSON.stringify(parseLabels(labels))
  return [...families.values()]
    .flatMap(({ samples }) => samples)
    .find((sample) => sample.name === name && JSON.stringify(sample.labels) === wanted)?.value
}
