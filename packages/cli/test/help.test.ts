import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { shownFlag } from '../src/command-line.ts'
import { COMMANDS } from '../src/commands/command-table.ts'
import { VERSION } from '../src/version.ts'
import { runHere } from './run-here.ts'

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}

describe('help', () => {
  it('lists every command', async () => {
    const { code, printed } = await runHere(['--help'])
    assert.equal(code, 0)
    for (const { name, sentence } of COMMANDS) {
      assert.match(printed.join('\n'), new RegExp(`^  ${name}\\b.* ${sentence}$`, 'm'))
    }
  })

  for (const command of COMMANDS) {
    it(`of ${command.name} names all its words, wherever it is asked for`, async () => {
      const names = command.name.split(' ')
      const behind = await runHere([...names, '--help'])
      const before = await runHere(['-h', ...names, 'and', 'more'])
      assert.equal(behind.code, 0)
      assert.deepEqual(behind.printed, before.printed)
      const shown = behind.printed.join('\n')
      for (const word of [
        ...command.arguments.map(({ name }) => name),
        ...command.flags.map(shownFlag)
      ]) {
        assert.ok(shown.includes(word), word)
      }
    })
  }

  it('fits into 100 columns', async () => {
    for (const line of [
      ['--help'],
      ...COMMANDS.map(({ name }) => [...name.split(' '), '--help'])
    ]) {
      const { printed } = await runHere(line)
      const long = printed
        .join('\n')
        .split('\n')
        .filter((text) => text.length > 100)
      assert.deepEqual(long, [])
    }
  })

  it('of a command that begins others names them', async () => {
    const { printed } = await runHere(['relays', '--help'])
    assert.match(printed.join('\n'), /^And:\n {2}relays add ADDRESS/m)
  })

  it('of an unknown command names the nearest', async () => {
    const { code, warned } = await runHere(['sedn', '--help'])
    assert.equal(code, 2)
    assert.match(warned.join('\n'), /Did you mean send\?/)
  })

  it('loads no network and no cryptography', () => {
    const program = `
      import { registerHooks } from 'node:module'
      registerHooks({ resolve(specifier, context, next) {
        if (/libsignal|libp2p|level|storage|transport/.test(specifier)) throw new Error(specifier)
        return next(specifier, context)
      } })
      process.argv = [process.argv[0], 'sealpost', '--help']
      await import(${JSON.stringify(new URL('../src/main.ts', import.meta.url).href)})`
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8'
    })
    assert.equal(run.stderr, '')
    assert.match(run.stdout, /Commands:/)
    assert.equal(run.status, 0)
  })
})

describe('the version', () => {
  it('is that of the manifest', async () => {
    const { version } = JSON.parse(read('../package.json')) as { version: string }
    assert.equal(VERSION, version)
    assert.deepEqual((await runHere(['--version'])).printed, [`sealpost ${version}`])
    assert.deepEqual((await runHere(['--version', '--json'])).printed, [
      JSON.stringify({ version })
    ])
  })
})

describe('the README', () => {
  const page = read('../README.md')

  for (const command of COMMANDS) {
    it(`tells of ${command.name} and all its flags`, () => {
      // One that is named by two words stands with the first of them.
      const [, section] = page.split(`\n### ${command.name.split(' ')[0] ?? ''}\n`)
      assert.ok(section !== undefined, 'a section of its own')
      const text = section.split('\n### ')[0] ?? ''
      assert.match(text, new RegExp(`sealpost [^\n]*${command.name}\\b`))
      for (const { name } of command.flags) {
        assert.ok(text.includes(name), name)
      }
    })
  }
})
