/** Answers what the desk's page asks: whatever comes is looked at as if anybody had written it. */
import type { Desk, Ticket } from '@sealpost/client'
import type { Clock } from '@sealpost/host'
import { UsageError } from '@sealpost/protocol'
import { wait } from '../deadline.ts'

const TICKETS_SHOWN_MAX = 500
const MONTHS_SHOWN_MAX = 12
/** A look is answered after so long, whether or not anything changed: what waits, waits longer by then. */
const LOOK_MS = 20_000
const STATES = ['looking', 'solved', 'closed'] as const

/** @param signal aborted once nobody waits for the answer. @returns what the page knows as `DeskCalls` */
type Handler = (given: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<object>

export type DeskHandlers = Readonly<Record<'look' | 'show' | 'answer' | 'state' | 'tag', Handler>>

interface DeskCallsOptions {
  readonly desk: Desk
  readonly clock: Clock
  /** The public address of the desk. */
  readonly link: string
}

/** From now on; until the returned function is called, what happens at the desk is told to who looks. */
export function deskCalls({ desk, clock, link }: DeskCallsOptions): {
  readonly handlers: DeskHandlers
  readonly stop: () => void
} {
  const watch = new Watch(clock)
  const stop = desk.listen(() => {
    watch.changed()
  })
  const handlers: DeskHandlers = {
    look: async ({ revision }, signal) => {
      await watch.until(revision, signal)
      return seen(desk, { revision: watch.revision, nowMs: clock.wallMs(), link })
    },
    show: async ({ number }) => {
      const { ticket, words } = await desk.show(textOf(number))
      return { ticket: viewOf(ticket), words }
    },
    answer: async ({ number, text }) => viewOf(await desk.answer(textOf(number), textOf(text))),
    state: async ({ number, state, version, text }) => {
      const known = STATES.find((one) => one === state)
      if (known === undefined) {
        throw new UsageError('SEALPOST_USAGE')
      }
      const decision = {
        state: known,
        version: version === undefined || known !== 'solved' ? undefined : textOf(version),
        text: text === undefined ? '' : textOf(text)
      }
      return viewOf(await desk.setState(textOf(number), decision))
    },
    tag: async ({ number, causes }) => {
      const list: readonly unknown[] = Array.isArray(causes) ? causes : [undefined]
      return viewOf(await desk.tag(textOf(number), list.map(textOf)))
    }
  }
  return { handlers, stop }
}

async function seen(
  desk: Desk,
  rest: { readonly revision: number; readonly nowMs: number; readonly link: string }
): Promise<object> {
  const tickets = await desk.tickets()
  return {
    ...rest,
    tickets: tickets.slice(0, TICKETS_SHOWN_MAX).map(viewOf),
    olderCount: Math.max(0, tickets.length - TICKETS_SHOWN_MAX),
    months: (await desk.counts()).slice(0, MONTHS_SHOWN_MAX),
    canned: desk.canned
  }
}

function viewOf({
  number,
  category,
  state,
  version,
  tags,
  openedAtMs,
  waitsSinceMs,
  isWhole
}: Ticket): Omit<Ticket, 'contactId' | 'isAlarmed'> {
  return { number, category, state, version, tags, openedAtMs, waitsSinceMs, isWhole }
}

/** @throws UsageError `SEALPOST_USAGE` for what is no text; how long it is, the desk decides */
function textOf(value: unknown): string {
  if (typeof value !== 'string') {
    throw new UsageError('SEALPOST_USAGE')
  }
  return value
}

/** Has whoever looks wait until something is another. */
class Watch {
  readonly #clock: Clock
  #revision = 0
  #waker = new AbortController()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get revision(): number {
    return this.#revision
  }

  changed(): void {
    this.#revision++
    this.#waker.abort()
    this.#waker = new AbortController()
  }

  async until(known: unknown, signal: AbortSignal): Promise<void> {
    if (known === this.#revision) {
      const either = AbortSignal.any([signal, this.#waker.signal])
      await wait({ clock: this.#clock, signal: either }, LOOK_MS)
    }
  }
}
