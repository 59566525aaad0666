/**
 * The one-time link that this tab made and gave to nobody: it is shown again instead of making another, also after the page was
 * loaded anew. Its id is kept, which is of no use to anybody else.
 */

const KEY = 'sealpost fresh link'

/** As much of a `Storage` as is used. */
export type TabStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

export class FreshLink {
  readonly #storage: () => TabStorage

  /** @param storage of the tab; what it throws counts as nothing kept. */
  constructor(storage: () => TabStorage) {
    this.#storage = storage
  }

  get invitationId(): string | undefined {
    try {
      return this.#storage().getItem(KEY) ?? undefined
    } catch {
      return undefined
    }
  }

  keep(invitationId: string): void {
    try {
      this.#storage().setItem(KEY, invitationId)
    } catch {
      // A browser that keeps nothing: the next visit makes another link.
    }
  }

  /** Somebody may have it from now on. */
  gone(invitationId: string): void {
    if (this.invitationId === invitationId) {
      this.#storage().removeItem(KEY)
    }
  }
}

export const freshLink: FreshLink = new FreshLink(() => sessionStorage)
