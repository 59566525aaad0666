/** A place of the app beside the chats: its heading, the way back, and what is there. */
import type { ComponentChildren, JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { leave } from '../state/navigation.ts'
import { formatRoute, type Route } from '../state/route.ts'
import { Icon } from './icon.tsx'
import { useArrival } from './use-arrival.ts'

interface ScreenProps {
  readonly title: string
  /** Where it belongs to. */
  readonly back?: Route
  readonly class?: string
  /** Whether there is nothing in it that takes the focus, so that keys have to scroll it. */
  readonly isTextAlone?: boolean
  readonly children: ComponentChildren
}

const HOME: Route = { screen: 'home' }

export function Screen({
  title,
  back = HOME,
  class: name = '',
  isTextAlone = false,
  children
}: ScreenProps): JSX.Element {
  const main = useRef<HTMLElement | undefined>(undefined)
  const heading = useRef<HTMLElement | undefined>(undefined)
  useArrival(main, heading, title)
  return (
    <main
      ref={(element) => {
        main.current = element ?? undefined
      }}
      class={`screen ${name}`}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.isComposing && !isTaken(event)) {
          // So that nobody else takes the same key for a step back.
          event.preventDefault()
          leave(back)
        }
      }}
    >
      <header class="screen-head">
        <BackLink to={back} />
        <h1
          ref={(element) => {
            heading.current = element ?? undefined
          }}
          tabIndex={-1}
        >
          {title}
        </h1>
      </header>
      <div class="screen-body" tabIndex={isTextAlone ? 0 : undefined}>
        {children}
      </div>
    </main>
  )
}

/** Where the key means something else: a dialog is closed by it, and nobody is to lose what they wrote. */
function isTaken({ target }: Event): boolean {
  const elsewhere = 'dialog, textarea, input[type=text], input[type=password]'
  return target instanceof Element && target.closest(elsewhere) instanceof Element
}

function BackLink({ to }: { readonly to: Route }): JSX.Element {
  return (
    <a
      href={formatRoute(to)}
      class={`icon-button back ${to.screen === 'home' ? 'to-home' : ''}`}
      aria-label={t('action.back')}
      title={t('action.back')}
      onClick={(event) => {
        if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
          event.preventDefault()
          leave(to)
        }
      }}
    >
      <Icon name="back" />
    </a>
  )
}
