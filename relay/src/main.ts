/**
 * The command `sealpost-relay`. It ends with 0 where it did what it was asked for, 1 where that failed, and 2 where it was asked
 * in a way that cannot be.
 */
import { isOperatorError } from '@sealpost/operator'
import { isSealpostError } from '@sealpost/protocol'
import { type CommandLine, parseCommandLine } from './command/command-line.ts'
import { helpText } from './command/help-text.ts'
import type { InspectedConfig } from './config/config.ts'
import { inspectRelayConfig, readDataPath, readRelayConfig } from './config/read-relay-config.ts'
import { RunningConfig } from './config/running-config.ts'
import { programVersion } from './program-version.ts'

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
      process.stdout.write(`sealpost-relay ${await programVersion()}\n`)
      return 0
    // What these need takes long to load: nobody who mistyped an option should wait for it.
    case 'address': {
      const config = await readRelayConfig(line)
      const { relayAddress } = await import('./command/address-command.ts')
      const address = await relayAddress(config)
      process.stdout.write(line.isJson ? `${JSON.stringify({ address })}\n` : `${address}\n`)
      return 0
    }
    case 'run': {
      const read = (): Promise<InspectedConfig> => inspectRelayConfig(line)
      const runningConfig = new RunningConfig({ inspected: await read(), read })
      const { runRelay } = await import('./command/run-command.ts')
      return runRelay(runningConfig, { isJson: line.isJson, version: await programVersion() })
    }
    case 'init': {
      const { runInit } = await import('./command/init-command.ts')
      return runInit(line, line.isJson)
    }
    case 'config check': {
      const { checkConfig } = await import('./command/config-check-command.ts')
      return checkConfig(line, line.isJson)
    }
    case 'config show': {
      const { showConfig } = await import('./command/config-show-command.ts')
      return showConfig(line, line.params, line.isJson)
    }
    case 'privacy': {
      const config = await readRelayConfig(line)
      const { privacyOutput } = await import('./command/privacy-command.ts')
      process.stdout.write(privacyOutput(config, line.params, line.isJson))
      return 0
    }
    case 'audit verify': {
      const config = await readRelayConfig(line)
      const { runAuditVerify } = await import('./command/audit-command.ts')
      return runAuditVerify(config.data, line.params, line.isJson)
    }
    case 'doctor': {
      const { runDoctor } = await import('./command/doctor-command.ts')
      return runDoctor(line, await programVersion())
    }
    case 'backup':
    case 'verify':
    case 'restore':
    case 'migrate':
      return performOnStore(line.command, line)
    default: {
      const data = await readDataPath(line)
      const { runCall } = await import('./command/call-command.ts')
      return runCall(line.command, line.params, data, line.isJson)
    }
  }
}

type AskedCommand = Extract<CommandLine, { readonly params: unknown }>

/** What keeps a store, puts one back, or brings it up to date. */
async function performOnStore(
  command: 'backup' | 'verify' | 'restore' | 'migrate',
  line: AskedCommand
): Promise<number> {
  switch (command) {
    case 'backup': {
      const config = await readRelayConfig(line)
      const { runBackup } = await import('./command/backup-command.ts')
      return runBackup(config, { ...line, version: await programVersion() })
    }
    case 'verify': {
      const { runVerify } = await import('./command/restore-command.ts')
      return runVerify(line)
    }
    case 'restore': {
      const config = await readRelayConfig(line)
      const { runRestore } = await import('./command/restore-command.ts')
      return runRestore(config, line)
    }
    case 'migrate': {
      const config = await readRelayConfig(line)
      const { runMigrate } = await import('./command/migrate-command.ts')
      return runMigrate(config, { ...line, version: await programVersion() })
    }
  }
}

/** @returns the exit code. */
function report(error: unknown, isJson: boolean): number {
  const isOurs = isSealpostError(error)
  const code = isOurs || isOperatorError(error) ? error.code : 'SEALPOST_BUG'
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
