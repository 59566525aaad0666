import assert from 'node:assert/strict'
import { readCommandLine, readPreface, usageOf } from '../src/command-line.ts'
import { COMMANDS } from '../src/commands/command-table.ts'
import { NOBODY } from './relay-address.ts'

function read(...line: readonly string[]): ReturnType<typeof readCommandLine> {
  const preface = readPreface(line)
  return readCommandLine(preface.words, COMMANDS, preface.isJson)
}

describe('a command line', () => {
  it('gives arguments by their place', () => {
    const { command, values } = read('send', 'bob', 'hello there')
    assert.equal(command.name, 'send')
    assert.equal(values.text('WHO'), 'bob')
    assert.equal(values.text('TEXT'), 'hello there')
  })

  it('leaves an argument out that may be left out', () => {
    const chat = COMMANDS.find(({ name }) => name === 'chat')
    assert.ok(chat !== undefined)
    assert.equal(usageOf(chat), 'sealpost chat [WHO]')
    assert.equal(read('chat').values.optionalText('WHO'), undefined)
    assert.equal(read('chat', 'bob').values.optionalText('WHO'), 'bob')
    assert.throws(() => read('chat', 'bob', 'x'), { code: 'SEALPOST_USAGE' })
  })

  it('takes flags anywhere behind the command', () => {
    const { values } = read('send', '--wait', 'delivered', 'bob', '--timeout=2.5', 'hello')
    assert.equal(values.optionalText('--wait'), 'delivered')
    assert.equal(values.number('--timeout'), 2_500)
    assert.equal(values.text('TEXT'), 'hello')
  })

  it('takes global flags before the command and behind it', () => {
    for (const line of [
      ['--home', '/a', '--json', 'inbox'],
      ['inbox', '--json', '--home=/a'],
      ['--json', 'inbox', '--home', '/a']
    ]) {
      const preface = readPreface(line)
      assert.equal(preface.home, '/a')
      assert.equal(preface.isJson, true)
      assert.deepEqual(preface.words, ['inbox'])
    }
  })

  it('takes the longer of two names, and the shorter where only flags follow', () => {
    assert.equal(read('relays').command.name, 'relays')
    assert.equal(read('init', '--link', 'CODE').values.optionalText('--name'), undefined)
    const { command, values } = read('relays', 'add', NOBODY, '--timeout', '2')
    assert.equal(command.name, 'relays add')
    assert.equal(values.text('ADDRESS'), NOBODY)
  })

  it('gathers a flag that may be repeated, and refuses another that is', () => {
    const { values } = read('init', '--name', 'alice', '--relay', NOBODY, '--relay', NOBODY)
    assert.deepEqual(values.list('--relay'), [NOBODY, NOBODY])
    assert.throws(() => read('init', '--name', 'a', '--name', 'b'), { code: 'SEALPOST_USAGE' })
  })

  it('takes what stands behind two dashes as it is', () => {
    assert.equal(read('send', 'bob', '--', '--json').values.text('TEXT'), '--json')
    assert.equal(read('send', '--', '-a', '-b').values.text('WHO'), '-a')
    assert.equal(read('send', 'bob', '-').values.text('TEXT'), '-')
    assert.equal(read('send', 'bob', '').values.text('TEXT'), '')
  })

  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /--help lists/],
    [['sned', 'bob', 'x'], /"sned"\. Did you mean send\?/],
    [['invit'], /Did you mean invite\?/],
    [['xyzzy'], /--help lists/],
    [['relays', 'ad', NOBODY], /"relays ad"\. Did you mean relays add\?/],
    [['relays', 'xyzzy'], /sealpost relays --help lists/],
    [['relays', 'add'], /ADDRESS is missing.*sealpost relays add ADDRESS/],
    [['send', 'bob', 'x', '--wiat', 'read'], /"--wiat"\. Did you mean --wait\?/],
    [['--jsno', 'inbox'], /"--jsno"\. Did you mean --json\?/],
    [['send', 'bob', '-x'], /-- before a text that begins with a dash/],
    [['inbox', '--follow=yes'], /takes no value/],
    [['send', 'bob'], /TEXT is missing.*sealpost send WHO TEXT/],
    [['send', 'bob', 'hello', 'there'], /"there" is one word too many/],
    [['send', 'bob', 'x', '--timeout'], /--timeout needs a value/],
    [['add', 'x', '--name', '--json'], /--name needs a value/],
    [['init', '--name', '--relay', NOBODY], /--name needs a value/],
    [['init', '--relay', NOBODY], /--name NAME is missing/],
    [['--home', '', 'inbox'], /--home needs a value/],
    [['inbox', '--home'], /--home needs a value/]
  ]
  for (const [line, sentence] of wrong) {
    it(`says what is wrong with: ${line.join(' ')}`, () => {
      assert.throws(
        () => read(...line),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, 'SEALPOST_USAGE')
          assert.match(error.message, sentence)
          return true
        }
      )
    })
  }

  it('repeats a wrong word on one line and not for ever', () => {
    assert.throws(
      () => read(`a\nb${'c'.repeat(500)}`),
      (error: Error) => error.message.length < 200 && !error.message.includes('\n')
    )
  })
})

describe('every command', () => {
  for (const command of COMMANDS) {
    it(`${command.name} is named, and says what it and all its words are for`, () => {
      assert.match(command.name, /^[a-z]+( [a-z]+)?$/)
      for (const { sentence } of [command, ...command.arguments, ...command.flags]) {
        assert.match(sentence, /^[a-zA-Z].*[^.]$/)
      }
      assert.ok(usageOf(command).startsWith(`sealpost ${command.name}`))
    })
  }
})
