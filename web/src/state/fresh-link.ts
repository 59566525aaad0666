/** The one-time link that this page made and gave to nobody: it is shown again instead of making another. */
import type { MadeLink } from '../wire/peer-api.ts'

export class FreshLink {
  #link: MadeLink | undefined

  /** @param nowMs a link that has expired is none. */
  at(nowMs: number): MadeLink | undefined {
    const expiresAtMs = this.#link?.expiresAtMs ?? Number.POSITIVE_INFINITY
    return expiresAtMs > nowMs ? this.#link : undefined
  }

  keep(link: MadeLink): void {
    this.#link = link
  }

  /** Somebody may have it from now on. */
  gone(invitationId: string): void {
    if (this.#link?.invitationId === invitationId) {
      this.#link = undefined
    }
  }
}

export const freshLink: FreshLink = new FreshLink()
