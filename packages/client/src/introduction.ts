/** The first word of a device that joined its account to somebody who knows the others. */
import type { PeerMachine } from '@sealpost/core'
import type { ContactId } from '@sealpost/protocol'
import type { Correspondence } from './correspondence.ts'

/**
 * Sends the list that names this device where it said nothing to the contact yet: whoever has not seen that would listen to nothing
 * else. At each relay it lies before what is sent next. Its address follows once there are mailboxes.
 *
 * @throws as `Correspondence.send`
 */
export async function introduceDevice(
  machine: PeerMachine,
  correspondence: Pick<Correspondence, 'send'>,
  contactId: ContactId
): Promise<void> {
  const contact = machine.contact(contactId)
  const isNew = contact?.standing === 'accepted' && contact.nextNumber === 1 && !contact.owesAnswer
  if (isNew) {
    const { deviceList } = machine.account
    await correspondence.send(contactId, {
      type: 'address-update',
      address: undefined,
      deviceList
    })
  }
}
