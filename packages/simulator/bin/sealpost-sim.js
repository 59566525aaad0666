#!/usr/bin/env node
// Plain JavaScript on purpose: npm links only a file that exists, and any Node can start this one.
// In a checkout it runs the sources, in an installed package what was built from them.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, constants, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const built = new URL('../dist/main.js', import.meta.url)
const isBuilt = existsSync(built)
// The build speaks the language of its oldest Node; the sources speak that of the pinned one.
const [majorMin, minorMin] = isBuilt ? [22, 18] : [24, 0]
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > majorMin || (major === majorMin && minor >= minorMin)) {
  await import(isBuilt ? built.href : new URL('../src/main.ts', import.meta.url).href)
} else {
  const pinned = findPinnedNode()
  if (pinned === undefined) {
    console.error(
      `sealpost-sim needs Node.js ${majorMin}.${minorMin} or newer; this is ${process.version}.`
    )
    process.exitCode = 2
  } else {
    startAgain(pinned)
  }
}

/** The Node that the repository pins as an optional dependency, where npm could install it. */
function findPinnedNode() {
  const name = `node-${platform() === 'win32' ? 'win' : platform()}-${arch()}`
  try {
    const root = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    const node = join(root, 'bin', platform() === 'win32' ? 'node.exe' : 'node')
    return existsSync(node) ? node : undefined
  } catch {
    return undefined
  }
}

/**
 * Runs this file under another Node and ends as that one ends. Signals are handed on, but for a
 * terminal's Ctrl-C, which the terminal itself gives to both.
 */
function startAgain(node) {
  const arguments_ = [fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  const child = spawn(node, arguments_, { stdio: 'inherit' })
  for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name))
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT')
  })
  child.on('exit', (code, name) => {
    process.exitCode = code ?? 128 + constants.signals[name]
  })
}
