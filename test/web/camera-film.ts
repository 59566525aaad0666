/** What the camera of a browser sees: a QR code, as a film that Chromium plays in place of one. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeQR } from 'qr'

const WIDTH = 640
const HEIGHT = 480
const LIGHT = 235
const DARK = 16
const GREY = 128

export interface CameraFilm extends AsyncDisposable {
  /** For `openBrowser`. */
  readonly args: readonly string[]
}

export async function filmOf(text: string): Promise<CameraFilm> {
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-film-'))
  const file = join(folder, 'qr.y4m')
  await writeFile(file, film(encodeQR(text, 'raw', { ecc: 'low', border: 3 })))
  return {
    args: [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${file}`
    ],
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true })
  }
}

/** One picture: the film begins anew where it ends. */
function film(rows: readonly (readonly boolean[])[]): Buffer {
  const scale = Math.floor(HEIGHT / rows.length)
  const [left, top] = [WIDTH, HEIGHT].map((side) => Math.floor((side - rows.length * scale) / 2))
  const light = Buffer.alloc(WIDTH * HEIGHT, LIGHT)
  for (let y = 0; y < rows.length * scale; y++) {
    for (let x = 0; x < rows.length * scale; x++) {
      if (rows[Math.floor(y / scale)]?.[Math.floor(x / scale)] === true) {
        light[(y + (top ?? 0)) * WIDTH + x + (left ?? 0)] = DARK
      }
    }
  }
  const colours = Buffer.alloc((WIDTH * HEIGHT) / 2, GREY)
  const head = `YUV4MPEG2 W${String(WIDTH)} H${String(HEIGHT)} F10:1 Ip A1:1 C420jpeg\n`
  return Buffer.concat([Buffer.from(`${head}FRAME\n`), light, colours])
}
