import assert from 'node:assert/strict'
import { ParamValues } from '@sealpost/operator'
import { parseCommandLine } from '../src/command/command-line.ts'
import { helpText } from '../src/command/help-text.ts'
import { OPTION_ROWS } from '../src/config/option-rows.ts'

function usage(message: RegExp): object {
  return { name: 'UsageError', code: 'SEALPOST_USAGE', message }
}

describe('the command line of a relay', () => {
  it('reads a command, its flags, and whether a program reads the answer', () => {
    const words = 'run --data DIR --listen a:1 --listen=b:2 --json --config relay.yaml'.split(' ')
    const none = ParamValues.parse([], {})
    assert.deepEqual(parseCommandLine(words), {
      command: 'run',
      params: none,
      isJson: true,
      configPath: 'relay.yaml',
      flags: new Map([
        ['data', ['DIR']],
        ['listen', ['a:1', 'b:2']]
      ])
    })
    assert.deepEqual(parseCommandLine(['address']), {
      command: 'address',
      params: none,
      isJson: false,
      configPath: undefined,
      flags: new Map()
    })
  })

  it('asks for help and for the version before anything else', () => {
    for (const words of [['--help'], ['-h'], ['help'], ['run', '--help'], ['--help', 'x', 'y']]) {
      assert.deepEqual(parseCommandLine(words), { command: 'help' })
    }
    assert.deepEqual(parseCommandLine(['--version']), { command: 'version' })
    assert.deepEqual(parseCommandLine(['-v']), { command: 'version' })
  })

  it('names the nearest command and the nearest option', () => {
    assert.throws(() => parseCommandLine(['rum']), usage(/no command rum\. Did you mean run\?/))
    assert.throws(
      () => parseCommandLine(['run', '--workbits', '1']),
      usage(/no option --workbits\. Did you mean --work-bits\?/)
    )
    assert.throws(
      () => parseCommandLine(['run', '--frobnicate']),
      usage(/no option --frobnicate\.$/)
    )
    assert.throws(() => parseCommandLine(['run', '-x']), usage(/no option -x\./))
  })

  it('refuses what is incomplete or too much', () => {
    assert.throws(() => parseCommandLine([]), usage(/Say what to do: run or address; --help/))
    assert.throws(() => parseCommandLine(['run', 'fast']), usage(/run takes no word "fast"/))
    assert.throws(() => parseCommandLine(['run', '--data']), usage(/--data needs a value/))
    assert.throws(
      () => parseCommandLine(['run', '--data', '--json']),
      usage(/--data needs a value/)
    )
    assert.throws(() => parseCommandLine(['run', '--json=1']), usage(/--json takes no value/))
  })

  it('takes a value that begins with a dash behind an equals sign', () => {
    const line = parseCommandLine(['run', '--operator=-o-'])
    assert.ok('flags' in line)
    assert.deepEqual(line.flags, new Map([['operator', ['-o-']]]))
  })
})

describe('the help of a relay', () => {
  it('names every option with its sentence and its default', () => {
    const help = helpText()
    const unwrapped = help.replaceAll(/\s+/g, ' ')
    for (const { name, sentence } of OPTION_ROWS) {
      assert.ok(help.includes(`  --${name} `), name)
      assert.ok(unwrapped.includes(sentence), sentence)
    }
    assert.match(help, /--work-bits N\n.*\n.*\(16; 0 to 32\)/)
  })

  it('fits a terminal', () => {
    assert.deepEqual(
      helpText()
        .split('\n')
        .filter((line) => line.length > 110),
      []
    )
  })
})

describe('an option', () => {
  it('is one sentence with a name and a unit of its own', () => {
    for (const { name, sentence, unit } of OPTION_ROWS) {
      assert.match(name, /^[a-z]+(-[a-z]+)*$/)
      assert.match(sentence, /^[A-Z].*\.$/)
      assert.notEqual(unit, '')
    }
    assert.equal(new Set(OPTION_ROWS.map(({ name }) => name)).size, OPTION_ROWS.length)
  })
})
