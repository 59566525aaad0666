/**
 * How ways into a vault come and go: each change takes a header and gives the next, around the same vault key, so that no row is sealed
 * anew. Whoever asks for a change proves a way in first, also while the vault is open: who finds it open makes no way in for later.
 *
 * ```
 *   clear --set passphrase, add passkey--> either of several <--require both, allow either--> both together
 * ```
 *
 * What is changed here changes nothing about copies of the disk that were made before: an older header opens as it did.
 */
import { bytesToHex, isSealpostError, UsageError } from '@sealpost/protocol'
import type { PassphraseCost } from './passphrase-key.ts'
import type { Random } from './random.ts'
import { makeSlot, openSlots, openVault, type PasskeySecret, type VaultSecret } from './vault.ts'
import { areCompatible, decodeHeader, encodeSlots, SLOTS_MAX, type Slot } from './vault-header.ts'

/** What is to be changed; every one may be asked for twice. */
export type VaultChange =
  /**
   * In the place of the one that there was. Where both are required, the passkey that `secret` has goes on, and others, which are not
   * there to be asked, are ways in no more.
   */
  | { readonly type: 'set-passphrase'; readonly passphrase: string }
  /** In the place of an earlier answer of the same one. Where both are required, it goes with the passphrase that `secret` has. */
  | { readonly type: 'add-passkey'; readonly passkey: PasskeySecret }
  /** Never the last one. */
  | { readonly type: 'remove'; readonly wayId: string }
  /** The passphrase and the passkey of `secret`, together; every other way in is gone. */
  | { readonly type: 'require-both' }
  /** The same two, each by itself; other passkeys are gone. */
  | { readonly type: 'allow-either' }

/** What a change is made with. */
export interface ChangeOptions {
  readonly nowMs: number
  readonly random: Random
  readonly cost?: PassphraseCost | undefined
}

/**
 * @param secret opens `header` as it is; for `require-both` by each of the two.
 * @returns the next header; `header` itself where all is so already.
 * @throws as `openVault`; UsageError `SEALPOST_LAST_WAY_IN`, `SEALPOST_USAGE` with detail `too-many-ways`, and as `wrapVaultKey`
 */
export async function changeVault(
  header: Uint8Array,
  secret: VaultSecret,
  change: VaultChange,
  options: ChangeOptions
): Promise<Uint8Array> {
  let vaultKey: Uint8Array
  try {
    vaultKey = await openVault(header, secret)
  } catch (error) {
    if (change.type === 'set-passphrase' && isPassphraseWrong(error)) {
      // Asked for twice: it is the new one by now that opens it.
      const opened = await openVault(header, { ...secret, passphrase: change.passphrase })
      opened.fill(0)
      return header
    }
    throw error
  }
  try {
    const read = decodeHeader(header)
    const slots = read.type === 'clear' ? [] : read.slots
    const maker = new SlotMaker(vaultKey, options)
    const next = await nextSlots(await maker.current(slots, secret), secret, change, maker)
    if (next.length === 0 && read.type === 'clear') {
      return header
    }
    return encodeSlots(checked(next))
  } finally {
    vaultKey.fill(0)
  }
}

/** Seals one vault key. */
class SlotMaker {
  readonly #vaultKey: Uint8Array
  readonly #options: ChangeOptions

  constructor(vaultKey: Uint8Array, options: ChangeOptions) {
    this.#vaultKey = vaultKey
    this.#options = options
  }

  make(secret: VaultSecret): Promise<Slot> {
    const { nowMs, cost, random } = this.#options
    return makeSlot({ vaultKey: this.#vaultKey, secret, nowMs, cost }, random)
  }

  /** Slots as this version writes them. One of an earlier version was the only one, and opened with the passphrase of `secret`. */
  async current(slots: readonly Slot[], { passphrase }: VaultSecret): Promise<readonly Slot[]> {
    return slots.some(({ version }) => version === 1) ? [await this.make({ passphrase })] : slots
  }
}

async function nextSlots(
  slots: readonly Slot[],
  secret: VaultSecret,
  change: VaultChange,
  maker: SlotMaker
): Promise<readonly Slot[]> {
  const isBoth = slots.some(({ kind }) => kind === 'both')
  switch (change.type) {
    case 'set-passphrase': {
      const { passphrase } = change
      return isBoth
        ? [await maker.make({ passphrase, passkey: secret.passkey })]
        : [await maker.make({ passphrase }), ...slots.filter(({ kind }) => kind !== 'passphrase')]
    }
    case 'add-passkey': {
      const { passkey } = change
      const name = bytesToHex(passkey.credentialId)
      const others = slots.filter((slot) => nameOf(slot) !== name)
      const added = isBoth ? { passphrase: secret.passphrase, passkey } : { passkey }
      return [...others, await maker.make(added)]
    }
    case 'remove': {
      const left = slots.filter(({ wayId }) => wayId !== change.wayId)
      if (left.length === 0 && slots.length > 0) {
        throw new UsageError('SEALPOST_LAST_WAY_IN')
      }
      return left
    }
    case 'require-both': {
      const { passphrase, passkey } = required(secret)
      if (!isBoth) {
        // Whoever had only one of them would lock themselves out.
        await openSlots(slots, { passphrase })
        await openSlots(slots, { passkey })
        return [await maker.make({ passphrase, passkey })]
      }
      return slots
    }
    case 'allow-either': {
      const { passphrase, passkey } = required(secret)
      return isBoth ? [await maker.make({ passphrase }), await maker.make({ passkey })] : slots
    }
  }
}

function checked(slots: readonly Slot[]): readonly Slot[] {
  if (slots.length > SLOTS_MAX) {
    throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'too-many-ways' })
  }
  if (!areCompatible(slots)) {
    throw new UsageError('SEALPOST_USAGE')
  }
  return slots
}

function required({ passphrase, passkey }: VaultSecret): Required<VaultSecret> {
  if (passphrase === undefined || passphrase === '') {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED')
  }
  if (passkey === undefined) {
    throw new UsageError('SEALPOST_PASSKEY_REQUIRED')
  }
  return { passphrase, passkey }
}

function isPassphraseWrong(error: unknown): boolean {
  return isSealpostError(error) && error.code === 'SEALPOST_PASSPHRASE_WRONG'
}

function nameOf({ passkey }: Slot): string | undefined {
  return passkey && bytesToHex(passkey.credentialId)
}
