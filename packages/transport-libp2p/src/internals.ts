import { SealpostError } from '@sealpost/protocol'

/**
 * Gives access to members of one of libp2p's objects that its published types do not name. The versions are pinned; this
 * check is what fails, at start and in words, should one be raised past a change.
 *
 * @throws SealpostError `SEALPOST_BUG` where a member is not what it has to be.
 */
export function requireInternals<Inner extends object>(
  object: object,
  noun: string,
  members: Readonly<Record<keyof Inner & string, 'function' | 'object'>>
): Inner {
  const inner = object as Readonly<Record<string, unknown>>
  for (const [name, type] of Object.entries(members)) {
    if (typeof inner[name] !== type) {
      throw new SealpostError('SEALPOST_BUG', `${noun} of this version of libp2p has no ${name}`)
    }
  }
  return object as Inner
}
