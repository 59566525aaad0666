/**
 * A page in which every state of a screen can be had: what the page asks of the peer can be refused, left waiting, or answered
 * otherwise, and anything can be told to it. The peer behind it is a real one, and knows nothing of that.
 */
import type { Page } from 'playwright-core'
import type { ErrorCode } from '@sealpost/protocol'

/** What becomes of a question. */
export type Fault =
  | { readonly type: 'wait' }
  | { readonly type: 'refuse'; readonly code: ErrorCode }
  | { readonly type: 'answer'; readonly value: unknown }

interface Wired {
  sealpostFaults: Record<string, Fault>
  /** Asks what waited until then. */
  sealpostRelease: () => void
  sealpostChannel: BroadcastChannel | undefined
}

export class Stage {
  readonly page: Page

  /** @param page prepared by `prepareStage` before the client was opened in it */
  constructor(page: Page) {
    this.page = page
  }

  async fault(name: string, fault: Fault): Promise<void> {
    await this.page.evaluate(
      ([asked, what]) => {
        const wired = globalThis as unknown as Wired
        wired.sealpostFaults[asked] = what
      },
      [name, fault] as const
    )
  }

  /** Tells the page what happened. */
  async tell(event: object): Promise<void> {
    await this.page.evaluate((told) => {
      const { sealpostChannel } = globalThis as unknown as Wired
      const data = { kind: 'event', event: told }
      sealpostChannel?.dispatchEvent(new MessageEvent('message', { data }))
    }, event)
  }

  /** Asks the peer, as the page would. */
  async ask<Answer>(name: string, ...args: readonly unknown[]): Promise<Answer> {
    const answer: unknown = await this.page.evaluate(
      ([asked, given]) =>
        new Promise((resolve) => {
          const channel = new BroadcastChannel('sealpost')
          const id = crypto.randomUUID()
          channel.onmessage = ({ data }: MessageEvent<{ id?: string; value?: unknown }>) => {
            if (data.id === id) {
              channel.close()
              resolve(data.value)
            }
          }
          channel.postMessage({ kind: 'ask', id, name: asked, args: given })
        }),
      [name, args] as const
    )
    return answer as Answer
  }

  /** Goes to a place as if it were opened now, with a peer that answers again. */
  async go(hash: string): Promise<void> {
    const { page } = this
    await page.evaluate(() => {
      const wired = globalThis as unknown as Wired
      wired.sealpostFaults = {}
      wired.sealpostRelease()
      document.querySelector<HTMLDialogElement>('dialog[open]')?.close()
      document.querySelector<HTMLElement>(':popover-open')?.hidePopover()
    })
    await this.place('#/keys')
    // So that nothing stays that was answered otherwise.
    const state = await this.ask<{ readonly type: string }>('state')
    if (state.type === 'open') {
      await this.tell({ type: 'home', state: { type: 'starting' } })
      await this.tell({ type: 'home', state })
    }
    await this.place(hash)
  }

  /** Goes to a place, whatever the peer does. */
  async place(hash: string): Promise<void> {
    await this.page.evaluate((to) => {
      location.hash = to
    }, hash)
    await this.drawn()
  }

  /** Until what changed is drawn, and what that brought about too. */
  async drawn(): Promise<void> {
    await this.page.evaluate(
      () =>
        new Promise((resolve) => {
          requestAnimationFrame(() => setTimeout(resolve, 20))
        })
    )
  }

  /** As another tab would, so that nothing that is open is closed. */
  async prefer(preferences: object): Promise<void> {
    await this.page.evaluate((wanted) => {
      const key = 'sealpost preferences'
      localStorage.setItem(key, JSON.stringify(wanted))
      dispatchEvent(new StorageEvent('storage', { key }))
    }, preferences)
    const { locale } = preferences as { readonly locale?: string }
    if (locale !== undefined) {
      await this.page.waitForFunction((to) => document.documentElement.lang === to, locale)
    }
  }
}

/** Before the client is opened. */
export async function prepareStage(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const wired = globalThis as unknown as Wired
    wired.sealpostFaults = {}
    wired.sealpostChannel = undefined
    let waiting: (() => void)[] = []
    wired.sealpostRelease = () => {
      const asks = waiting
      waiting = []
      for (const ask of asks) {
        ask()
      }
    }
    const Channel = BroadcastChannel
    globalThis.BroadcastChannel = class extends Channel {
      constructor(name: string) {
        super(name)
        wired.sealpostChannel ??= this
      }

      override postMessage(message: { readonly id?: string; readonly name?: string }): void {
        const { id, name = '' } = message
        const fault = wired.sealpostFaults[name]
        if (fault === undefined) {
          super.postMessage(message)
        } else if (fault.type === 'wait') {
          waiting.push(() => {
            super.postMessage(message)
          })
        } else {
          const data =
            fault.type === 'refuse'
              ? { kind: 'refusal', id, code: fault.code }
              : { kind: 'answer', id, value: fault.value }
          queueMicrotask(() => {
            this.dispatchEvent(new MessageEvent('message', { data }))
          })
        }
      }
    }
  })
}
