/** A relay as an operator runs it: the command, in a process of its own. */
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseRelayAddress, type RelayAddress } from '@sealpost/protocol'
import { ProcessLines } from './process-lines.ts'

const RELAY = fileURLToPath(new URL('../../relay/bin/sealpost-relay.js', import.meta.url))

export class RelayProcess {
  readonly #data: string
  readonly #port: number
  readonly #environment: NodeJS.ProcessEnv
  readonly #launcher: string
  #process: ProcessLines | undefined
  #address: string | undefined

  private constructor(
    data: string,
    port: number,
    environment: NodeJS.ProcessEnv,
    launcher: string
  ) {
    this.#data = data
    this.#port = port
    this.#environment = environment
    this.#launcher = launcher
  }

  /** Starts one in `data`, on a port that is free; it keeps both over restarts. */
  static async start(
    data: string,
    environment: NodeJS.ProcessEnv = {},
    launcher: string = RELAY
  ): Promise<RelayProcess> {
    const relay = new RelayProcess(data, await freePort(), environment, launcher)
    await relay.restart()
    return relay
  }

  /** As a person pastes it. */
  get addressText(): string {
    if (this.#address === undefined) {
      throw new Error('the relay did not start')
    }
    return this.#address
  }

  /** What it logged, the end of it. */
  get log(): string {
    return this.#process?.errors ?? ''
  }

  get address(): RelayAddress {
    return parseRelayAddress(this.addressText)
  }

  async restart(): Promise<void> {
    const words = [
      'run',
      '--data',
      this.#data,
      '--listen',
      `127.0.0.1:${String(this.#port)}`,
      '--operator-listen',
      'none',
      // How busy the machine is that runs the tests is nothing to them.
      '--overload',
      'off',
      '--json'
    ]
    this.#process = new ProcessLines([this.#launcher, ...words], this.#environment)
    const ready = await this.#process.line((line) => line.includes('"ready"'))
    this.#address = (JSON.parse(ready) as { address: string }).address
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    await this.#process?.end(signal)
  }

  /** Loses everything but its key. */
  async loseStore(): Promise<void> {
    await this.end('SIGKILL')
    await rm(join(this.#data, 'store'), { recursive: true })
    await this.restart()
  }
}

/** A port of this machine on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => {
    server.close(resolve)
  })
  if (address === null || typeof address === 'string') {
    throw new Error('no port')
  }
  return address.port
}
