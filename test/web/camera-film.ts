/** What the camera of a browser sees: a QR code on another screen, as a film that Chromium plays in place of a camera. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

const WIDTH = 640
const HEIGHT = 480
const LIGHT = 235
const DARK = 16
const GREY = 128

export interface CameraFilm extends AsyncDisposable {
  /** For `openBrowser`. */
  readonly args: readonly string[]
}

/** Films the one QR code that a page shows. */
export async function filmOf(page: Page): Promise<CameraFilm> {
  const { path, size } = await page.locator('svg.qr:has(path[d*=M])').evaluate((svg) => ({
    path: svg.querySelector('path')?.getAttribute('d') ?? '',
    size: Number(svg.getAttribute('viewBox')?.split(' ')[2])
  }))
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-film-'))
  const file = join(folder, 'qr.y4m')
  await writeFile(file, film(path, size))
  return {
    args: [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${file}`
    ],
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true })
  }
}

/**
 * One picture: the film begins anew where it ends.
 *
 * @param path rectangles of one module's height: `M x y h width v1`
 */
function film(path: string, size: number): Buffer {
  const scale = Math.floor(HEIGHT / size)
  const left = Math.floor((WIDTH - size * scale) / 2)
  const top = Math.floor((HEIGHT - size * scale) / 2)
  const light = Buffer.alloc(WIDTH * HEIGHT, LIGHT)
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1/g)) {
    for (let line = 0; line < scale; line++) {
      const start = (top + Number(y) * scale + line) * WIDTH + left + Number(x) * scale
      light.fill(DARK, start, start + Number(width) * scale)
    }
  }
  const colours = Buffer.alloc((WIDTH * HEIGHT) / 2, GREY)
  const head = `YUV4MPEG2 W${String(WIDTH)} H${String(HEIGHT)} F10:1 Ip A1:1 C420jpeg\n`
  return Buffer.concat([Buffer.from(`${head}FRAME\n`), light, colours])
}
