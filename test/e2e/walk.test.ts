import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fencesOf } from '../tidy/markdown.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Runs a script as a person types it, and gives all it printed. Whatever it left running is ended. */
async function runScript(
  script: string,
  cwd: string
): Promise<{ output: string; code: number | null }> {
  const shell = spawn('bash', ['-e', '-c', script], { cwd, detached: true })
  let output = ''
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.on('data', (data: Buffer) => {
      output += data.toString()
    })
  }
  const [code] = (await once(shell, 'exit')) as [number | null]
  try {
    process.kill(-(shell.pid ?? 0), 'SIGKILL')
  } catch {
    // Nothing of it runs any more.
  }
  return { output, code }
}

describe('the README’s walk (slow: real processes, a hundred commands)', function () {
  this.timeout(600_000)

  it('goes as it says: a hundred messages survive two relays, with ticks that are true', async () => {
    const page = await readFile(join(ROOT, 'README.md'), 'utf8')
    const walk = page.slice(page.indexOf('## Try it'), page.indexOf('## How it is built'))
    const script = fencesOf(walk)
      .filter(({ language }) => language === 'sh')
      .map(({ text }) => text)
      .join('\n')
    const directory = await mkdtemp(join(tmpdir(), 'sealpost-walk-'))
    try {
      await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'))
      const { output, code } = await runScript(script, directory)
      assert.equal(code, 0, output)
      const read = [...output.matchAll(/alice: (message \d+|the last one)$/gm)].map(
        (match) => match[1]
      )
      const expected = Array.from({ length: 100 }, (_, at) => `message ${String(at + 1)}`)
      assert.deepEqual(read, [...expected, 'the last one'], output)
      const numbers = [...output.matchAll(/(?:\d{5}\s+){11}\d{5}/g)].map((match) =>
        match[0].replaceAll(/\s/g, '')
      )
      assert.equal(numbers.length, 2, output)
      assert.equal(numbers[0], numbers[1])
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
