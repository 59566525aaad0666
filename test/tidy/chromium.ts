import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * The Chromium that browser tests start: what `SEALPOST_CHROMIUM` names, else the first found on
 * the path or in /usr/bin; `undefined` where there is none.
 */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment['SEALPOST_CHROMIUM']
  if (named !== undefined && named !== '') return isProgram(named) ? named : undefined
  const folders = [...(environment['PATH'] ?? '').split(delimiter), '/usr/bin']
  return folders
    .filter((folder) => folder !== '')
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
}

function install(): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const words of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    spawnSync('/usr/bin/apt-get', ['-qq', ...words], {
      env,
      stdio: ['ignore', 'ignore', 'inherit']
    })
  }
}

/** Makes sure that a test run finds its browser, or says what is missing before the run starts. */
function ensureChromium(): void {
  if (findChromium() !== undefined) return
  if (process.env['SEALPOST_CHROMIUM'] === undefined && canInstall()) {
    console.log('The tests need Chromium: installing it.')
    install()
    if (findChromium() !== undefined) return
  }
  console.error(
    'The tests need Chromium. Install it, or let SEALPOST_CHROMIUM name the program to start.'
  )
  process.exitCode = 1
}

if (import.meta.main) ensureChromium()
