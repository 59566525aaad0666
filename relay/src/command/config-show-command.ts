import { type ConfigShowAnswer, isOperatorError, type ParamValues } from '@sealpost/operator'
import { requireConfig } from '../config/config.ts'
import { optionAnswers } from '../config/config-answer.ts'
import { type ConfigFlags, inspectRelayConfig, readDataPath } from '../config/read-relay-config.ts'
import { callRelay } from '../operator/call-relay.ts'
import { tellAnswer } from './call-command.ts'

/** Tells what the relay that runs goes by; where none does, what a start with these words would. @throws ConfigError */
export async function showConfig(
  words: ConfigFlags,
  params: ParamValues,
  isJson: boolean
): Promise<number> {
  const data = await readDataPath(words)
  let answer: ConfigShowAnswer
  try {
    answer = await callRelay(data, 'config show', params)
  } catch (error) {
    if (!isOperatorError(error) || error.code !== 'SEALPOST_NOT_RUNNING') {
      throw error
    }
    const inspected = await inspectRelayConfig(words)
    requireConfig(inspected)
    answer = { of: 'start', options: optionAnswers(inspected.options) }
  }
  tellAnswer('config show', answer, isJson)
  return 0
}
