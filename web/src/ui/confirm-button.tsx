import type { JSX, RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { Icon, type IconName } from './icon.tsx'

interface ConfirmButtonProps {
  readonly label: string
  /** What will happen, as a sentence. */
  readonly question: string
  /** What it is called where it is meant. */
  readonly confirm: string
  readonly icon?: IconName
  readonly kind?: 'danger' | 'plain' | 'quiet'
  readonly isDisabled?: boolean
  readonly onConfirm: () => void
}

/** What cannot be taken back is asked for twice: the second time with what it does. */
export function ConfirmButton({
  label,
  question,
  confirm,
  icon,
  kind = 'danger',
  isDisabled = false,
  onConfirm
}: ConfirmButtonProps): JSX.Element {
  const [isAsking, setAsking] = useState(false)
  const button = useRef<HTMLButtonElement | undefined>(undefined)
  const wasAsking = useRef(false)
  useEffect(() => {
    if (isAsking !== wasAsking.current) {
      wasAsking.current = isAsking
      button.current?.focus()
    }
  }, [isAsking])
  if (!isAsking) {
    return (
      <button
        ref={(element) => {
          button.current = element ?? undefined
        }}
        type="button"
        class={`button ${kind}`}
        disabled={isDisabled}
        onClick={() => {
          setAsking(true)
        }}
      >
        {icon === undefined ? undefined : <Icon name={icon} />}
        <span>{label}</span>
      </button>
    )
  }
  return (
    <Question
      question={question}
      confirm={confirm}
      isDisabled={isDisabled}
      cancelButton={button}
      onConfirm={() => {
        setAsking(false)
        onConfirm()
      }}
      onCancel={() => {
        setAsking(false)
      }}
    />
  )
}

interface QuestionProps extends Pick<ConfirmButtonProps, 'question' | 'confirm' | 'onConfirm'> {
  readonly isDisabled: boolean
  readonly cancelButton: RefObject<HTMLButtonElement | undefined>
  readonly onCancel: () => void
}

function Question({
  question,
  confirm,
  isDisabled,
  cancelButton,
  onConfirm,
  onCancel
}: QuestionProps): JSX.Element {
  return (
    <div
      class="confirm"
      role="group"
      aria-label={question}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.stopPropagation()
          onCancel()
        }
      }}
    >
      <p>{question}</p>
      <div class="actions">
        <button type="button" class="button danger" disabled={isDisabled} onClick={onConfirm}>
          <span>{confirm}</span>
        </button>
        <button
          ref={(element) => {
            cancelButton.current = element ?? undefined
          }}
          type="button"
          class="button quiet"
          onClick={onCancel}
        >
          <span>{t('action.cancel')}</span>
        </button>
      </div>
    </div>
  )
}
