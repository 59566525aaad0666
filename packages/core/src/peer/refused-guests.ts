/** Guests who came with a link that was used: they are told once, and forgotten. */
import { type ContactId, contactIds } from '@sealpost/protocol'
import type { ContactDevices } from './contact-devices.ts'
import { blankContact, type Contact, type Contacts } from './contacts.ts'
import type { ReceivedRequest } from './effects.ts'
import type { PeerKernel } from './kernel.ts'

/** Who was refused is forgotten after so long, whether or not they fetched the word of it. */
const KEPT_MS = 7 * 24 * 3_600_000
/** People who are being told that they came too late. Whoever has a used link can pretend to be many. */
const REFUSED_MAX = 32

export interface RefusedGuestsParts {
  readonly kernel: PeerKernel
  readonly contacts: Contacts
  readonly devices: ContactDevices
  /** Erases all that there is of somebody. */
  readonly forget: (contact: Contact) => void
  /** Has the word that they came too late composed. */
  readonly oweAnswer: (contactId: ContactId) => void
}

export class RefusedGuests {
  readonly #parts: RefusedGuestsParts

  constructor(parts: RefusedGuestsParts) {
    this.#parts = parts
  }

  refuse({ identityKey, device, request }: ReceivedRequest): void {
    const { contacts, devices, kernel, oweAnswer } = this.#parts
    const refused = contacts.all().filter(({ standing }) => standing === 'refused')
    if (refused.length >= REFUSED_MAX) {
      return
    }
    const contactId = contactIds.fromBytes(kernel.random.bytes(16))
    const contact: Contact = {
      ...blankContact(contactId, kernel.atMs, 'refused'),
      identityKey,
      name: `refused ${contactId}`,
      deviceList: request.deviceList,
      linkDevice: device,
      owesAnswer: true
    }
    contacts.put(contact)
    devices.setAddress(contactId, request.address, true)
    this.arm(contact)
    oweAnswer(contactId)
  }

  /** Has somebody forgotten when their time is over. */
  arm({ contactId, createdAtMs }: Contact): void {
    const { contacts, forget, kernel } = this.#parts
    kernel.setAlarm(`forget ${contactId}`, createdAtMs + KEPT_MS, () => {
      const contact = contacts.get(contactId)
      if (contact?.standing === 'refused') {
        forget(contact)
      }
    })
  }
}
