import type { ComponentProps, JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { NAME_FIELD_UNITS_MAX, nameProblem } from '../state/name-problem.ts'
import { Field } from './field.tsx'

interface NameFieldProps extends Omit<
  ComponentProps<typeof Field>,
  'maxLength' | 'type' | 'isLong'
> {
  /** What it is called so far, which may be longer than what can be typed. */
  readonly before?: string
}

/** A name of somebody or of a device: tells while it is typed what is wrong with it. */
export function NameField({ before, ...props }: NameFieldProps): JSX.Element {
  const problem = props.value === before ? undefined : problemSentence(props.value)
  return <Field {...props} maxLength={NAME_FIELD_UNITS_MAX} error={problem ?? props.error} />
}

function problemSentence(name: string): string | undefined {
  const problem = nameProblem(name)
  switch (problem?.type) {
    case undefined:
      return undefined
    case 'too-long':
      return t('name.too-long', { count: problem.count })
    case 'unseen':
      return t('name.unseen')
  }
}
