/** The built client as a relay serves it, and a browser, for all tests of a suite: called within its `describe`. */
import { openBrowser, type OpenBrowser } from './browser.ts'
import { BUILD_MS } from './built-client.ts'
import { serveClient, type ServedClient } from './served-client.ts'

export interface ServedBrowser {
  /** Both are there once tests run. */
  readonly served: ServedClient
  readonly chromium: OpenBrowser
}

/** @param args further ones for Chromium. */
export function servedBrowser(args: readonly string[] = []): ServedBrowser {
  const stage: { served?: ServedClient; chromium?: OpenBrowser } = {}

  before(async function () {
    this.timeout(BUILD_MS)
    stage.served = await serveClient()
    stage.chromium = await openBrowser(args)
  })

  after(async () => {
    await stage.chromium?.[Symbol.asyncDispose]()
    await stage.served?.[Symbol.asyncDispose]()
  })

  return {
    get served() {
      return there(stage.served)
    },
    get chromium() {
      return there(stage.chromium)
    }
  }
}

function there<Part>(part: Part | undefined): Part {
  if (part === undefined) {
    throw new Error('only tests and hooks of the suite have it')
  }
  return part
}
