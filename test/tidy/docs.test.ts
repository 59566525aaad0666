import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { anchorsOf, fencesOf, linksOf } from './markdown.ts'
import { ROOT, trackedFiles } from './tree.ts'

const pages = trackedFiles().filter((path) => path.endsWith('.md'))

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** Why a link on a page leads nowhere, or `undefined` where it leads somewhere or out of here. */
function whyBroken(page: string, link: string): string | undefined {
  if (/^[a-z]+:/i.test(link)) return undefined
  const [path = '', anchor] = decodeURI(link).split('#')
  const target = path === '' ? page : normalize(join(dirname(page), path))
  if (!existsSync(join(ROOT, target))) return `${page}: ${link} does not exist`
  if (anchor === undefined || !target.endsWith('.md')) return undefined
  return anchorsOf(read(target)).has(anchor) ? undefined : `${page}: ${link} has no such heading`
}

/** What the compiler says of modules, given as file name and text, that import our doors. */
function compile(modules: ReadonlyMap<string, string>): string {
  mkdirSync(join(ROOT, 'out'), { recursive: true })
  const folder = mkdtempSync(join(ROOT, 'out/examples-'))
  try {
    const compilerOptions = {
      types: ['node'],
      lib: ['ES2024', 'ESNext.Disposable', 'DOM'],
      composite: false,
      declaration: false,
      isolatedDeclarations: false,
      emitDeclarationOnly: false,
      noEmit: true
    }
    const project = {
      extends: '../../tsconfig.json',
      compilerOptions,
      include: ['*.ts'],
      references: []
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project))
    for (const [name, text] of modules) writeFileSync(join(folder, name), text)
    const compiler = join(ROOT, 'node_modules/typescript-7/bin/tsc')
    const run = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' })
    return run.stdout + run.stderr
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Each TypeScript example as a module of its own, on the lines it has in its page. */
function examples(): ReadonlyMap<string, string> {
  const modules = pages.flatMap((page) =>
    fencesOf(read(page))
      .filter((fence) => /^(ts|typescript)$/.test(fence.language))
      .map((fence): [string, string] => [
        `${page.replaceAll(/[/.]/g, '-')}-${fence.line}.ts`,
        `${'\n'.repeat(fence.line - 1)}${fence.text}\nexport {}\n`
      ])
  )
  return new Map(modules)
}

describe('the docs', function () {
  this.timeout(60_000)

  it('link to what is there', () => {
    const links = pages.flatMap((page) => linksOf(read(page)).map((link) => whyBroken(page, link)))
    assert.ok(links.length > 0)
    assert.deepEqual(
      links.filter((why) => why !== undefined),
      []
    )
  })

  it('show TypeScript that compiles', () => {
    assert.equal(compile(examples()), '')
  })

  it('would be told of TypeScript that does not', () => {
    const said = compile(new Map([['a.ts', "\n\nconst frame: number = 'x'\nexport {}\n"]]))
    assert.match(said, /a\.ts\(3,7\): error TS2322/)
  })
})

describe('a page', () => {
  const page = [
    '# Two words, and `code`',
    '[a](b.md) `[c](d.md)` ![e](f.png "title") [g](#two-words-and-code)',
    '```ts',
    'const link = "[h](i.md)"',
    '# no heading',
    '```',
    '# Two words, and `code`'
  ].join('\n')

  it('is read for its links, but not in code', () => {
    assert.deepEqual(linksOf(page), ['b.md', 'f.png', '#two-words-and-code'])
  })

  it('is read for its headings', () => {
    assert.deepEqual([...anchorsOf(page)], ['two-words-and-code', 'two-words-and-code-1'])
  })

  it('is read for its examples, with the line they stand on', () => {
    const text = 'const link = "[h](i.md)"\n# no heading'
    assert.deepEqual(fencesOf(page), [{ language: 'ts', line: 4, text }])
  })
})
