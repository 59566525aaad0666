import { type ParamValues, privacyHtml, privacyText } from '@sealpost/operator'
import type { RelayConfig } from '../config/config.ts'
import { privacyFacts } from '../people/privacy.ts'

/** The page for people, made from the configuration, as it is printed. */
export function privacyOutput(config: RelayConfig, params: ParamValues, isJson: boolean): string {
  const facts = privacyFacts(config)
  if (isJson) {
    const { operator, policy, logLevel } = facts
    const texts = { en: privacyText(facts, 'en'), zh: privacyText(facts, 'zh') }
    return `${JSON.stringify({ operator, policy, logLevel, ...texts, html: privacyHtml(facts) })}\n`
  }
  return params.has('html')
    ? privacyHtml(facts)
    : privacyText(facts, params.optionalText('language') === 'zh' ? 'zh' : 'en')
}
