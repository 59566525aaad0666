import assert from 'node:assert/strict'
import { ConfigError } from '@sealpost/protocol'
import fc from 'fast-check'
import { configFileText } from '../../src/command/config-file-text.ts'
import { inspectConfig, readConfig } from '../../src/config/config.ts'
import { optionAnswers } from '../../src/config/config-answer.ts'
import type { ConfigSources } from '../../src/config/gathered-options.ts'
import {
  environmentName,
  OPTION_ROWS,
  type OptionRow,
  type OptionValue,
  shownOption
} from '../../src/config/option-rows.ts'
import { parseOption } from '../../src/config/option-value.ts'
import { otherValue, PARTNERS } from './other-value.ts'

function sources(given: Partial<ConfigSources>): ConfigSources {
  return { flags: new Map(), environment: {}, ...given }
}

function file(text: string): Partial<ConfigSources> {
  return { file: { name: 'relay.yaml', text } }
}

describe('what is wrong with a configuration', () => {
  it('is all named at once, wherever it stands', () => {
    const { config, problems } = inspectConfig({
      flags: new Map([
        ['work-bits', ['33']],
        ['listen', ['7700,a:1,a:1']]
      ]),
      environment: { SEALPOST_RELAY_LISTN: 'a:1', SEALPOST_RELAY_LOG_LEVEL: 'loud' },
      ...file('colour: red\naddresses: [x, y]\nreserve-bytes: much\n')
    })
    assert.equal(config, undefined)
    const expected = [
      /no option colour in relay\.yaml/,
      /no option SEALPOST_RELAY_LISTN\. Did you mean SEALPOST_RELAY_LISTEN\?/,
      /--work-bits must be/,
      /reserve-bytes in relay\.yaml must be/,
      /SEALPOST_RELAY_LOG_LEVEL must be one of/,
      /listen must be HOST:PORT/,
      /listen names one HOST:PORT twice/,
      /addresses must be multiaddrs .* not "x"/,
      /addresses must be multiaddrs .* not "y"/
    ]
    assert.equal(problems.length, expected.length)
    for (const message of expected) {
      assert.ok(
        problems.some((problem) => message.test(problem.message)),
        String(message)
      )
    }
  })

  it('is one error for a start, which lists it', () => {
    const two = sources(file('work-bit: 1\nlisten: x\n'))
    assert.throws(() => readConfig(two), {
      code: 'SEALPOST_CONFIG_INVALID',
      message:
        /^2 things are wrong with the configuration:\n {2}- There is no option work-bit .*\n {2}- listen must be/
    })
    assert.throws(() => readConfig(sources(file('a: 1\nb: 1\n'))), {
      code: 'SEALPOST_CONFIG_UNKNOWN_KEY'
    })
  })

  it('is a typed refusal whatever the file holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (text) => {
        try {
          readConfig(sources(file(text)))
        } catch (error) {
          assert.ok(error instanceof ConfigError)
        }
      })
    )
  })

  it('costs no more than a short while where the file is made to be costly', () => {
    const bomb = ['a0: &a0 [x, x]']
    for (let depth = 1; depth < 40; depth++) {
      const before = `*a${String(depth - 1)}`
      bomb.push(`a${String(depth)}: &a${String(depth)} [${before}, ${before}, ${before}]`)
    }
    const { problems } = inspectConfig(sources(file(bomb.join('\n'))))
    assert.match(problems[0]?.message ?? '', /relay\.yaml is no YAML/)
  })
})

describe('an option that was mistyped', () => {
  /** One letter added, dropped, changed, or swapped with the next. */
  const slip = fc.record({
    row: fc.constantFrom(...OPTION_ROWS),
    kind: fc.constantFrom('add', 'drop', 'change', 'swap'),
    at: fc.nat(),
    letter: fc.constantFrom(...Array.from('aeioubkrstxz'))
  })
  const slipped = slip
    .map(({ row: { name }, kind, at, letter }) => {
      const place = at % (name.length - 1)
      const [before, after] = [name.slice(0, place), name.slice(place)]
      switch (kind) {
        case 'add':
          return { name, typed: before + letter + after }
        case 'drop':
          return { name, typed: before + after.slice(1) }
        case 'change':
          return { name, typed: before + letter + after.slice(1) }
        case 'swap':
          return { name, typed: before + (after[1] ?? '') + (after[0] ?? '') + after.slice(2) }
      }
    })
    .filter(({ typed }) => !OPTION_ROWS.some((row) => row.name === typed) && typed !== 'config')

  it('is told what was meant, in every source', () => {
    fc.assert(
      fc.property(slipped, ({ name, typed }) => {
        const inFile = inspectConfig(sources(file(`"${typed}": 1`)))
        const asFlag = inspectConfig(sources({ flags: new Map([[typed, ['1']]]) }))
        for (const { problems } of [inFile, asFlag]) {
          assert.ok(problems[0]?.message.endsWith(` Did you mean ${name}?`), problems[0]?.message)
        }
        const { problems } = inspectConfig(
          sources({ environment: { [environmentName(typed)]: '1' } })
        )
        assert.ok(problems[0]?.message.endsWith(` Did you mean ${environmentName(name)}?`))
      })
    )
  })
})

describe('the value of an option', () => {
  it('is told with where it is from', () => {
    for (const row of OPTION_ROWS) {
      const text = otherValue(row)
      const from = (given: Partial<ConfigSources>): string | undefined =>
        inspectConfig(sources(given)).options.get(row.name)?.source
      assert.equal(from({}), 'default')
      assert.equal(from(file(`${row.name}: ${text}`)), 'file relay.yaml')
      const variable = environmentName(row.name)
      const environment = { [variable]: text }
      assert.equal(from({ environment }), `environment ${variable}`)
      const flags = new Map([[row.name, [text]]])
      assert.equal(
        from({ flags, environment, ...file(`${row.name}: ${text}`) }),
        `flag --${row.name}`
      )
    }
  })

  it('is as people write it, in the order of the rows', () => {
    const { options } = inspectConfig(
      sources(file('contact-bytes-max: 16777216\nlisten: [a:1, b:2]'))
    )
    const answers = optionAnswers(options)
    assert.deepEqual(
      answers.map(({ name }) => name),
      OPTION_ROWS.map(({ name }) => name)
    )
    const shown = new Map(answers.map(({ name, value }) => [name, value]))
    assert.equal(shown.get('contact-bytes-max'), '16MiB')
    assert.equal(shown.get('listen'), 'a:1, b:2')
  })

  it('is stars where it is a secret, also where it is wrong', () => {
    const row: OptionRow = {
      name: 'password',
      section: 'x',
      unit: 'text',
      kind: { type: 'text', bytesMax: 8 },
      fallback: '',
      sentence: 'x',
      isLive: true,
      isSecret: true
    }
    assert.equal(shownOption(row, 'hunter2'), '***')
    assert.equal(shownOption(row, ''), '')
    assert.throws(
      () => parseOption(row, { value: 'correct horse', source: '--password' }),
      /^ConfigError: --password must be a text of at most 8 bytes\.$/
    )
  })
})

describe('the configuration file that is made', () => {
  function read(chosen: ReadonlyMap<string, OptionValue>, change = (text: string) => text) {
    return inspectConfig(sources(file(change(configFileText(chosen)))))
  }

  it('holds nothing as long as nothing is chosen', () => {
    const { options, problems } = read(new Map())
    assert.deepEqual(problems, [])
    assert.deepEqual(options, inspectConfig(sources({})).options)
  })

  it('shows what holds anyway, in lines that only need their # removed', () => {
    const { options, problems } = read(new Map(), (text) =>
      text.replaceAll(/^#([a-z-]+: )/gm, '$1')
    )
    assert.deepEqual(problems, [])
    for (const row of OPTION_ROWS) {
      const { value, source } = options.get(row.name) ?? {}
      assert.deepEqual([row.name, value, source], [row.name, row.fallback, 'file relay.yaml'])
    }
  })

  it('holds what is chosen, and no more', () => {
    for (const row of OPTION_ROWS) {
      const value = parseOption(row, { value: otherValue(row), source: '' })
      const chosen = new Map([
        [row.name, value],
        [PARTNERS[row.name] ?? row.name, value]
      ])
      const { options, problems } = read(chosen)
      assert.deepEqual(problems, [])
      for (const [name, option] of options) {
        const expected = chosen.has(name) ? { value, source: 'file relay.yaml' } : 'default'
        assert.deepEqual(chosen.has(name) ? option : option.source, expected)
      }
    }
  })

  it('holds texts of any kind', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (operator) => {
        const { options } = read(new Map([['operator', operator]]))
        assert.equal(options.get('operator')?.value, operator)
      })
    )
  })

  it('fits a screen in its width, but for values', () => {
    const wide = configFileText(new Map())
      .split('\n')
      .filter((line) => line.length > 100)
    assert.deepEqual(wide, [])
  })
})
