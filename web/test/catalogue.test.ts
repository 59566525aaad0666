import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { en } from '../src/locales/en.ts'
import { zhCn } from '../src/locales/zh-cn.ts'

const SOURCES = join(import.meta.dirname, '../src')

function sources(): readonly string[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/locales\/(en|zh-cn)(-\w+)?\.ts$/.test(path))
    .map((path) => readFileSync(join(SOURCES, path), 'utf8'))
}

function screens(): readonly string[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.tsx'))
    .map((path) => readFileSync(join(SOURCES, path), 'utf8'))
}

function placesIn(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([place]) => place).sort()
}

describe('the catalogues', () => {
  it('have the same texts in every language, with the same places to fill', () => {
    assert.deepEqual(Object.keys(zhCn), Object.keys(en))
    for (const [key, text] of Object.entries(en)) {
      assert.deepEqual(placesIn(zhCn[key as keyof typeof en]), placesIn(text), key)
    }
  })

  it('have no text that nothing shows', () => {
    const code = sources().join('\n')
    const made = [...code.matchAll(/t\(\s*`([^`$]*)\$\{/g)].map(([, start]) => start ?? '')
    const unused = Object.keys(en).filter((key) => {
      const name = key.replace(/_(one|other)$/, '')
      const isMade = made.some((start) => start !== '' && name.startsWith(start))
      return !code.includes(`'${name}'`) && !isMade
    })
    assert.deepEqual(unused, [])
  })

  it('hold every word that the screens show', () => {
    // Words between tags, and in what is read aloud or shown beside a drawing.
    const written =
      />\s*([A-Z][a-z]+(?: [A-Za-z]+)*[.…!?]?)\s*<\/|(?:label|title|alt|placeholder|hint)="([^"]+)"/g
    const shown = screens().flatMap((code) =>
      [...code.matchAll(written)].map(([, words, named]) => words ?? named)
    )
    assert.deepEqual(shown, [])
  })
})
