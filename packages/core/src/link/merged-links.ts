/**
 * Links that turned out to lead to somebody who is here already: whoever asks after what was made for the link finds them there, after
 * a restart too, for as long as a request would have lived.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import type { ContactId } from '@sealpost/protocol'
import { ClaimedLinkRowSchema, ClaimState } from '@sealpost/protocol/home'
import type { PeerKernel } from '../peer/kernel.ts'
import type { Row } from '../tables.ts'

const KEPT_MS = 30 * 24 * 3_600_000
/** Merges upon merges that are followed: each opened a link again. */
const STEPS_MAX = 16

export class MergedLinks {
  readonly #kernel: PeerKernel
  readonly #into = new Map<ContactId, ContactId>()

  constructor(kernel: PeerKernel) {
    this.#kernel = kernel
  }

  /** Takes the rows of claimed links that are merges; others are not its own. */
  restore(rows: readonly Row[]): void {
    const { atMs } = this.#kernel
    for (const { key, value } of rows) {
      const { mergedInto, openedAtMs, state } = fromBinary(ClaimedLinkRowSchema, value)
      if (state === ClaimState.MERGED && Math.abs(atMs - openedAtMs) < KEPT_MS) {
        this.#into.set(key as ContactId, mergedInto as ContactId)
      } else if (state === ClaimState.MERGED) {
        this.#kernel.setTimer(`forget merge ${key}`, 0, () => {
          this.#kernel.erase('claimed-link', key)
        })
      }
    }
  }

  merged(contactId: ContactId, into: ContactId): void {
    this.#into.set(contactId, into)
    const openedAtMs = this.#kernel.atMs
    const row = create(ClaimedLinkRowSchema, {
      state: ClaimState.MERGED,
      mergedInto: into,
      openedAtMs
    })
    this.#kernel.write('claimed-link', contactId, toBinary(ClaimedLinkRowSchema, row))
  }

  get(contactId: ContactId): ContactId | undefined {
    let found = this.#into.get(contactId)
    for (let step = 0; step < STEPS_MAX; step++) {
      const next = found === undefined ? undefined : this.#into.get(found)
      if (next === undefined) {
        break
      }
      found = next
    }
    return found
  }
}
