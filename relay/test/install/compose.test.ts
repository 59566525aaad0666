import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { environmentName, OPTION_ROWS } from '../../src/config/option-rows.ts'

const INSTALL = join(import.meta.dirname, '../../install')

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, unknown>>
}

interface Service {
  readonly build: { readonly context: string; readonly dockerfile: string }
  readonly ports: readonly string[]
  readonly volumes: readonly string[]
  readonly stop_grace_period: string
  readonly environment: Readonly<Record<string, string>>
}

describe('the compose file', () => {
  const { services, volumes } = parse(
    readFileSync(join(INSTALL, 'compose.yaml'), 'utf8')
  ) as Compose
  const { relay } = services
  assert.ok(relay)
  const steps = readFileSync(join(INSTALL, relay.build.dockerfile), 'utf8')

  it('has one volume, where the container keeps its data', () => {
    assert.deepEqual(Object.keys(volumes), ['data'])
    assert.deepEqual(relay.volumes, ['data:/data'])
    assert.match(steps, /^ENV SEALPOST_RELAY_DATA=\/data$/m)
    assert.match(steps, /^VOLUME \/data$/m)
  })

  it('publishes the port of people, and not that of the operator', () => {
    assert.deepEqual(relay.ports, ['7700:7700'])
    assert.match(steps, /^EXPOSE 7700$/m)
  })

  it('gives the relay the time that it takes to stop, and only options that it has', () => {
    assert.equal(relay.stop_grace_period, '30s')
    const known = OPTION_ROWS.map(({ name }) => environmentName(name))
    const named = [...steps.matchAll(/^ENV ([A-Z_]+)=/gm)].map(([, name]) => name ?? '')
    const given = [...Object.keys(relay.environment), ...named]
    assert.deepEqual(
      given.filter((name) => !known.includes(name)),
      []
    )
  })
})
