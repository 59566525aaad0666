/**
 * Where contacts' devices said they can be reached directly. Kept in memory only: a node key lives no longer than the client that
 * drew it, and where people were is nobody's to keep.
 */
import type { ContactId, Here, NodeKey } from '@sealpost/protocol'
import { deviceKey } from '../peer/keys.ts'
import type { ContactDevice } from './direct-stream.ts'

/** For how long a device's word counts at most, whatever it says itself. */
const HERE_MS = 3_600_000

interface Told extends Here {
  readonly owner: ContactDevice
}

export class TheirHeres {
  readonly #told = new Map<string, Told>()

  /** Takes a device's word. @returns whether it counts now. */
  take(owner: ContactDevice, here: Here, networkTimeMs: number): boolean {
    const key = deviceKey(owner.contactId, owner.device)
    const validUntilMs = Math.min(here.validUntilMs, networkTimeMs + HERE_MS)
    const known = this.#told.get(key)
    // Words may come out of order: the one that lasts longer was said later.
    if (validUntilMs <= networkTimeMs || (known?.validUntilMs ?? 0) > validUntilMs) {
      return false
    }
    this.#told.set(key, { ...here, validUntilMs, owner })
    return true
  }

  /** Where a device is; undefined once its word is too old. */
  of({ contactId, device }: ContactDevice, networkTimeMs: number): Here | undefined {
    const key = deviceKey(contactId, device)
    const told = this.#told.get(key)
    if (told !== undefined && told.validUntilMs <= networkTimeMs) {
      this.#told.delete(key)
      return undefined
    }
    return told
  }

  /** Whose node key that is, if somebody said that it is theirs. */
  ownerOf(nodeKey: NodeKey, networkTimeMs: number): ContactDevice | undefined {
    for (const { owner, nodeKey: told } of this.#told.values()) {
      if (told === nodeKey && this.of(owner, networkTimeMs) !== undefined) {
        return owner
      }
    }
    return undefined
  }

  forget(contactId: ContactId): void {
    for (const [key, { owner }] of this.#told) {
      if (owner.contactId === contactId) {
        this.#told.delete(key)
      }
    }
  }
}
