import {
  type DoctorLevel,
  type DoctorLine,
  doctorAnswer,
  examine,
  type ParamValues
} from '@sealpost/operator'
import { isSealpostError } from '@sealpost/protocol'
import { readConfig, type RelayConfig } from '../config/config.ts'
import { type ConfigFlags, readRelayConfig } from '../config/read-relay-config.ts'
import { lookAround } from '../doctor/look-around.ts'
import { SYSTEM_CLOCK } from '../world/system-clock.ts'

const SIGNS: Readonly<Record<DoctorLevel, string>> = {
  ok: 'OK  ',
  warn: 'WARN',
  fail: 'FAIL',
  unknown: '?   '
}

/**
 * Says what is wrong with the relay, and what to do.
 *
 * @returns the exit code: 1 where something fails.
 */
export async function runDoctor(
  line: ConfigFlags & { readonly params: ParamValues; readonly isJson: boolean },
  version: string
): Promise<number> {
  const wallMs = (): number => SYSTEM_CLOCK.wallMs()
  const asked = (line.params.optionalText('ask') ?? '').split(',').filter((one) => one !== '')
  const read = await readLeniently(line)
  const facts = await lookAround({ ...read, flags: line.flags, asked, wallMs, version })
  const answer = doctorAnswer(examine(facts, wallMs()))
  process.stdout.write(
    line.isJson ? `${JSON.stringify(answer)}\n` : answer.checks.map(lineText).join('')
  )
  return answer.isWell ? 0 : 1
}

function lineText({ check, found, level, remedy }: DoctorLine): string {
  const what = `${SIGNS[level]} ${check.padEnd(13)}  ${found}\n`
  return remedy === undefined ? what : `${what}${' '.repeat(20)}${remedy}\n`
}

/** A configuration that is refused is one thing that is wrong: the rest is looked at with what is certain, the data directory. */
async function readLeniently(
  line: ConfigFlags
): Promise<{ readonly config: RelayConfig; readonly configFailure: string | undefined }> {
  try {
    return { config: await readRelayConfig(line), configFailure: undefined }
  } catch (error) {
    if (!isSealpostError(error) || error.name !== 'ConfigError') {
      throw error
    }
    const data = line.flags.get('data') ?? []
    const flags = new Map(data.length === 0 ? [] : [['data', data]])
    return { config: readConfig({ flags, environment: {} }), configFailure: error.message }
  }
}
