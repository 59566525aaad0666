/** Other builds of the web client, made of the one that there is. */
import assert from 'node:assert/strict'
import type { KeyObject } from 'node:crypto'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { publicKeyText, signRelease, writeRelease } from '../tidy/web-release.ts'
import { builtClient, RELEASE_KEY } from './built-client.ts'

interface Written {
  readonly version: string
  readonly files: Readonly<Record<string, string>>
}

/** A copy of the build, which a test changes and releases anew. */
export class BuildCopy {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async make(): Promise<BuildCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'sealpost-build-'))
    await cp(await builtClient(), folder, { recursive: true })
    return new BuildCopy(folder)
  }

  /** Changes a file, and leaves the release as it is. */
  async change(path: string, change: (text: string) => string): Promise<void> {
    const full = join(this.folder, path)
    await writeFile(full, change(await readFile(full, 'utf8')))
    await Promise.all(['.br', '.gz'].map((end) => rm(`${full}${end}`, { force: true })))
  }

  /** Names it in its page, for `buildOf`. */
  mark(name: string): Promise<void> {
    return this.change('index.html', (text) =>
      text
        .replace(/<meta name="build"[^>]*>/, '')
        .replace('<title>', `<meta name="build" content="${name}"><title>`)
    )
  }

  /** Makes it a development build, whose service worker knows no key. */
  forgetKeys(): Promise<void> {
    const key = new RegExp(`["'\x60]${publicKeyText(RELEASE_KEY)}["'\x60]`)
    return this.change('service-worker.js', (text) => {
      assert.match(text, key)
      return text.replace(key, '')
    })
  }

  /** Makes it a release of its own. @param key who signs it */
  async release(version: string, key: KeyObject = RELEASE_KEY): Promise<void> {
    const text = await readFile(join(this.folder, 'release.json'), 'utf8')
    const { release } = JSON.parse(text) as { readonly release: string }
    const { files } = JSON.parse(release) as Written
    await writeRelease(this.folder, version, Object.keys(files))
    await signRelease(this.folder, key)
  }

  /** Path of the script whose name begins so. */
  async script(part: 'home-screen' | 'worker'): Promise<string> {
    const names = await readdir(join(this.folder, 'assets'))
    const name = names.find((one) => new RegExp(`^${part}-[^/]{8}\\.js$`).test(one))
    return `assets/${name ?? assert.fail(`no ${part}`)}`
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }
}

/** Until a page is behind the service worker, which has all of the release by then. */
export async function untilKept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated')
}

/** Which build a page is of, where the test marked it. */
export async function buildOf(page: Page): Promise<string | undefined> {
  const mark = page.locator('meta[name=build]')
  return (await mark.count()) === 0 ? undefined : ((await mark.getAttribute('content')) ?? '')
}

/** Of a link, as relays are told where to listen. */
export const portOf = (link: string): string => `127.0.0.1:${new URL(link).port}`
