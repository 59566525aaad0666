/**
 * The command `sealpost-relay`. It ends with 0 where it did what it was asked for, 1 where that failed, and 2 where it was asked
 * in a way that cannot be.
 */
import { isSealpostError } from '@sealpost/protocol'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CommandLine, parseCommandLine } from './command-line.ts'
import { helpText } from './help-text.ts'
import { readRelayConfig } from './read-relay-config.ts'

async function main(words: readonly string[]): Promise<number> {
  // Nobody reads any more: no reason to end.
  process.stdout.on('error', ignore)
  process.stderr.on('error', ignore)
  try {
    return await perform(parseCommandLine(words))
  } catch (error) {
    return report(error, words.includes('--json'))
  }
}

async function perform(line: CommandLine): Promise<number> {
  switch (line.command) {
    case 'help':
      process.stdout.write(helpText())
      return 0
    case 'version':
      process.stdout.write(`sealpost-relay ${await version()}\n`)
      return 0
    // What these need takes long to load: nobody who mistyped an option should wait for it.
    case 'address': {
      const config = await readRelayConfig(line)
      const { relayAddress } = await import('./address-command.ts')
      const address = await relayAddress(config)
      process.stdout.write(line.isJson ? `${JSON.stringify({ address })}\n` : `${address}\n`)
      return 0
    }
    case 'run': {
      const config = await readRelayConfig(line)
      const { runRelay } = await import('./run-command.ts')
      return runRelay(config, line.isJson)
    }
  }
}

async function version(): Promise<string> {
  // Beside src/ in a checkout, beside dist/ where it is installed.
  const manifest: unknown = JSON.parse(
    await readFile(join(import.meta.dirname, '..', 'package.json'), 'utf8')
  )
  const isNamed = typeof manifest === 'object' && manifest && 'version' in manifest
  return isNamed ? String(manifest.version) : 'unknown'
}

/** @returns the exit code. */
function report(error: unknown, isJson: boolean): number {
  const isOurs = isSealpostError(error)
  const code = isOurs ? error.code : 'SEALPOST_BUG'
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(
    isJson
      ? `${JSON.stringify({ error: { code, message } })}\n`
      : `sealpost-relay: ${message} (${code})\n`
  )
  const isWrongUse = isOurs && (error.name === 'UsageError' || error.name === 'ConfigError')
  return isWrongUse ? 2 : 1
}

function ignore(): void {
  // Nobody is there to be told.
}

process.exitCode = await main(process.argv.slice(2))
