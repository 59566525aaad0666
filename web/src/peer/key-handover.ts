/**
 * Hands the vault key of an open home to the workers that wait to take over, so that a person need not type the passphrase again
 * when one of several tabs is closed. Pages hear this channel too, so the key is sealed to a key pair of the one that waits, whose
 * secret half WebCrypto does not give out.
 *
 * ```
 *   waiting --wants--> whoever has the home open --gives--> waiting, with the key --forget--> waiting
 *                                  opened, or `hasKey` anew: told to all, who want again
 * ```
 */
const CHANNEL = 'sealpost keys'
const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const
const SEAL = { name: 'AES-GCM', length: 256 } as const
const NONCE_BYTES = 12

type Word =
  | { readonly kind: 'wants'; readonly who: string; readonly publicKey: ArrayBuffer }
  | {
      readonly kind: 'gives'
      readonly who: string
      readonly publicKey: ArrayBuffer
      readonly nonce: Uint8Array<ArrayBuffer>
      readonly sealed: ArrayBuffer
      readonly isProtected: boolean
    }
  | { readonly kind: 'opened' | 'forget' }

/** What opens a home again. */
export interface HomeKey {
  readonly vaultKey: Uint8Array
  /** Whether the home asks for a passphrase otherwise. */
  readonly isProtected: boolean
}

export class KeyHandover {
  readonly #channel = new BroadcastChannel(CHANNEL)
  readonly #who: string
  readonly #pair: Promise<CryptoKeyPair>
  #key: HomeKey | undefined
  #isHolder = false

  /** Waits, and asks whoever has the home open. @param who a name that no other worker has. */
  constructor(who: string) {
    this.#who = who
    this.#pair = crypto.subtle.generateKey(CURVE, false, ['deriveKey'])
    this.#channel.onmessage = ({ data }: MessageEvent<Word>) => {
      void this.#hear(data)
    }
    void this.#want()
  }

  /** The key that was handed over; undefined where nobody had one. */
  get key(): HomeKey | undefined {
    return this.#key
  }

  /** This worker has the home open. */
  hold({ vaultKey, isProtected }: HomeKey): void {
    this.#isHolder = true
    this.#key = { vaultKey: vaultKey.slice(), isProtected }
    this.#post({ kind: 'opened' })
  }

  /** The home was locked: nobody keeps the key. */
  forget(): void {
    this.#wipe()
    this.#post({ kind: 'forget' })
  }

  async #hear(word: Word): Promise<void> {
    switch (word.kind) {
      case 'wants':
        await this.#give(word.who, word.publicKey)
        return
      case 'gives':
        if (word.who === this.#who && !this.#isHolder) {
          this.#key = await this.#open(word)
        }
        return
      case 'opened':
        await this.#want()
        return
      case 'forget':
        this.#wipe()
    }
  }

  async #want(): Promise<void> {
    const { publicKey } = await this.#pair
    const raw = await crypto.subtle.exportKey('raw', publicKey)
    this.#post({ kind: 'wants', who: this.#who, publicKey: raw })
  }

  async #give(who: string, publicKey: ArrayBuffer): Promise<void> {
    const key = this.#key
    if (!this.#isHolder || key === undefined) {
      return
    }
    const pair = await crypto.subtle.generateKey(CURVE, false, ['deriveKey'])
    const seal = await sealKey(pair.privateKey, publicKey)
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
    const { isProtected } = key
    const plain = new Uint8Array(key.vaultKey)
    const sealed = await crypto.subtle.encrypt({ name: SEAL.name, iv: nonce }, seal, plain)
    plain.fill(0)
    const own = await crypto.subtle.exportKey('raw', pair.publicKey)
    this.#post({ kind: 'gives', who, publicKey: own, nonce, sealed, isProtected })
  }

  async #open({
    publicKey,
    nonce,
    sealed,
    isProtected
  }: Extract<Word, { kind: 'gives' }>): Promise<HomeKey> {
    const seal = await sealKey((await this.#pair).privateKey, publicKey)
    const opened = await crypto.subtle.decrypt({ name: SEAL.name, iv: nonce }, seal, sealed)
    return { vaultKey: new Uint8Array(opened), isProtected }
  }

  #wipe(): void {
    this.#key?.vaultKey.fill(0)
    this.#key = undefined
    this.#isHolder = false
  }

  #post(word: Word): void {
    this.#channel.postMessage(word)
  }
}

async function sealKey(secret: CryptoKey, publicKey: ArrayBuffer): Promise<CryptoKey> {
  const other = await crypto.subtle.importKey('raw', publicKey, CURVE, false, [])
  const usages: KeyUsage[] = ['encrypt', 'decrypt']
  return crypto.subtle.deriveKey({ name: CURVE.name, public: other }, secret, SEAL, false, usages)
}
