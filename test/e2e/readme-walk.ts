import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fencesOf } from '../tidy/markdown.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** What a walk printed, on both outputs, in the order in which it came. */
export interface Walked {
  readonly output: string
  readonly code: number | null
}

/** Does in an empty directory what a section of the README says, as a person types it. */
export async function walk(heading: string): Promise<Walked> {
  const page = await readFile(join(ROOT, 'README.md'), 'utf8')
  const [, section] = page.split(`\n## ${heading}\n`)
  if (section === undefined) {
    throw new Error(`the README has no section ${heading}`)
  }
  const script = fencesOf(section.split('\n## ')[0] ?? '')
    .filter(({ language }) => language === 'sh')
    .map(({ text }) => text)
    .join('\n')
  const directory = await mkdtemp(join(tmpdir(), 'sealpost-walk-'))
  try {
    await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'))
    return await runScript(script, directory)
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** Runs a script, and gives all it printed. Whatever it left running is ended. */
async function runScript(script: string, cwd: string): Promise<Walked> {
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
