import assert from 'node:assert/strict'
import { effect } from '@preact/signals'
import type { ContactId } from '@sealpost/protocol'
import { App } from '../src/state/app.ts'
import type { PageEvent } from '../src/wire/messages.ts'
import type { PageEnd } from '../src/wire/page-end.ts'
import type { ChatSummary, PeerApi } from '../src/wire/peer-api.ts'

const BOB = 'b0b' as ContactId

function chat(standing: string): ChatSummary {
  return { contact: { contactId: BOB, standing, createdAtMs: 0 }, last: undefined } as ChatSummary
}

/** A peer whose list of chats takes long to read, and is as it was when it was asked for. */
class SlowPeer {
  listen: (event: PageEvent) => void = () => undefined
  known: readonly ChatSummary[] = []
  readonly #asked = Promise.withResolvers<undefined>()
  readonly #answered = Promise.withResolvers<undefined>()
  readonly #taken = Promise.withResolvers<undefined>()

  /** Resolves once the list was asked for. */
  get asked(): Promise<undefined> {
    return this.#asked.promise
  }

  /** Resolves once its answer was taken. */
  get taken(): Promise<undefined> {
    return this.#taken.promise
  }

  answer(): void {
    this.#answered.resolve(undefined)
  }

  end(): PageEnd {
    const api: Partial<PeerApi> = {
      state: () => Promise.resolve({ type: 'open', isProtected: false } as never),
      chats: async () => {
        const { known } = this
        this.#asked.resolve(undefined)
        await this.#answered.promise
        return known
      },
      chat: () => Promise.resolve(this.known[0] ?? assert.fail('there is no chat')),
      drafts: () => Promise.resolve([]),
      requests: () => Promise.resolve([]),
      relays: () => {
        this.#taken.resolve(undefined)
        return Promise.resolve([])
      }
    }
    const end = {
      api: () => api,
      listen: (listener: (event: PageEvent) => void) => {
        this.listen = listener
      }
    }
    return end as unknown as PageEnd
  }
}

describe('what the screens show', () => {
  it('keeps what came while all chats were read', async () => {
    const peer = new SlowPeer()
    const app = new App(peer.end(), { type: 'starting' })
    await app.start()
    await peer.asked
    peer.known = [chat('requested')]
    peer.listen({ type: 'contact', contactId: BOB })
    // After whatever the event has the page ask.
    setTimeout(() => {
      peer.answer()
    }, 0)
    await peer.taken
    await new Promise<void>((resolve) => {
      effect(() => {
        if (app.chats.value?.length === 1) {
          resolve()
        }
      })
    })
    assert.equal(app.chats.value?.[0]?.contact.standing, 'requested')
  })
})
