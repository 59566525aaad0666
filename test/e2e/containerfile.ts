/** Runs the steps of a Containerfile without a container: in a folder that stands for the root of the image. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

type Instruction = readonly [word: string, rest: string]

/** The instructions that are used in ours; each on a line of its own. */
const WORDS = [
  'FROM',
  'COPY',
  'RUN',
  'USER',
  'ENV',
  'VOLUME',
  'EXPOSE',
  'STOPSIGNAL',
  'HEALTHCHECK',
  'CMD'
]

export class Containerfile {
  readonly #instructions: readonly Instruction[]

  /** @throws Error for an instruction that could not be carried out here. */
  constructor(path: string) {
    const lines = readFileSync(path, 'utf8').split('\n')
    this.#instructions = lines
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [, word = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? []
        if (!WORDS.includes(word)) {
          throw new Error(`an instruction that this cannot carry out: ${line}`)
        }
        return [word, rest]
      })
  }

  all(word: string): readonly string[] {
    return this.#instructions.filter(([name]) => name === word).map(([, rest]) => rest)
  }

  /** Environment variables of whoever runs in it. */
  environment(root: string): Readonly<Record<string, string>> {
    const entries = this.all('ENV').map((line): readonly [string, string] => {
      const [name = '', ...value] = line.split('=')
      return [name, inRoot(value.join('='), root)]
    })
    return {
      PATH: `${join(root, 'usr/bin')}:${process.env['PATH'] ?? ''}`,
      ...Object.fromEntries(entries)
    }
  }

  /** What the container runs: its program and words. */
  command(): readonly string[] {
    const [line = '[]'] = this.all('CMD')
    return JSON.parse(line) as readonly string[]
  }

  /**
   * Does all COPY and RUN steps, in order.
   *
   * @param context the folder that COPY copies from.
   * @throws Error with what a step printed, where it fails
   */
  build(root: string, context: string): void {
    for (const folder of ['tmp', 'usr']) {
      mkdirSync(join(root, folder), { recursive: true })
    }
    for (const [word, rest] of this.#instructions) {
      if (word === 'COPY') {
        const [pattern = '', to = ''] = rest.split(' ')
        for (const path of globSync(join(context, pattern))) {
          copyFileSync(path, join(root, to, basename(path)))
        }
      } else if (word === 'RUN') {
        run(rest, root)
      }
    }
  }
}

function run(step: string, root: string): void {
  const owner = `${String(process.getuid?.() ?? 0)}:${String(process.getgid?.() ?? 0)}`
  const words = inRoot(step, root).replaceAll('node:node', owner)
  const result = spawnSync('sh', ['-c', words], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, npm_config_prefix: join(root, 'usr'), npm_config_prefer_offline: 'true' }
  })
  if (result.status !== 0) {
    throw new Error(`${words}\n${result.stdout}\n${result.stderr}`)
  }
}

/** Paths of the image, as they are here. */
function inRoot(text: string, root: string): string {
  return text.replace(/(?<=^|[ =])\/(?=(?:tmp|data)\b)/g, `${root}/`)
}
