/**
 * The prekeys that contacts start sessions from at any time: made anew every 4 weeks, their private halves kept for as long as
 * somebody may still come with the old ones.
 *
 * ```
 *   present --4 weeks: another is made--> replaced --219 days--> private halves, and what was seen of their use, erased
 * ```
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { decodePrekeyBundle, encodePrekeyBundle, type PrekeyBundle } from '@sealpost/protocol'
import {
  BundlesRowSchema,
  type ReplacedBundle,
  ReplacedBundleSchema
} from '@sealpost/protocol/home'
import type { PeerKernel } from '../peer/kernel.ts'
import { prekeyKey } from '../peer/keys.ts'
import type { OwnAccount } from '../peer/own-account.ts'
import type { RelayBook } from '../peer/relay-book.ts'

const DAY_MS = 24 * 3_600_000
/** What is taken of a private half opens the first messages of no longer than this, and 26 weeks. */
const RENEWED_AFTER_MS: number = 28 * DAY_MS
/**
 * 26 weeks for contacts who were away, and 37 days: so much later may a request come that was made with a fallback claimable,
 * which names a bundle for as many weeks.
 */
const KEPT_MS: number = (26 * 7 + 37) * DAY_MS
/** A bundle that was asked for and did not come is asked for again after so long. */
const ASK_AGAIN_MS = 60_000
/** A clock may have been set since: it is looked at so often whether it is time. */
const CHECK_MS = 6 * 3_600_000
/** Ids of prekeys have 24 bits; those of bundles count up, and few of them are alive at a time. */
const PREKEY_ID_MAX = 0xff_ffff
const PAGE = 256

/** The key of the row in the table `account`. */
export const BUNDLES_KEY = 'bundles'

export class Bundles {
  readonly #kernel: PeerKernel
  readonly #book: RelayBook
  readonly #account: OwnAccount
  readonly #onReplaced: () => void
  #madeAtMs: number
  #replaced: readonly ReplacedBundle[] = []
  /** Whether a bundle was asked for, and may still come: two of the same ids would be each half of the other. */
  #isAsked = false

  /** @param onReplaced called once the account has another bundle. */
  constructor(kernel: PeerKernel, book: RelayBook, account: OwnAccount, onReplaced: () => void) {
    this.#kernel = kernel
    this.#book = book
    this.#account = account
    this.#onReplaced = onReplaced
    this.#madeAtMs = account.now.createdAtMs
    this.#checkIn(0)
  }

  /** When the present bundle was made, in network time. */
  get madeAtMs(): number {
    return this.#madeAtMs
  }

  restore(value: Uint8Array | undefined): void {
    if (value !== undefined) {
      const row = fromBinary(BundlesRowSchema, value)
      this.#madeAtMs = row.madeAtMs
      this.#replaced = row.replaced
    }
  }

  /** What was the present bundle at that network time, as far as it is known. */
  at(timeMs: number): PrekeyBundle {
    const known = this.#replaced.find(({ replacedAtMs, bundle }) => {
      return replacedAtMs > timeMs && bundle.length > 0
    })
    return known === undefined ? this.#account.now.bundle : decodePrekeyBundle(known.bundle)
  }

  /** Another bundle, whose private halves are in the same batch, takes the present one's place in the account. */
  replace(bundle: PrekeyBundle): void {
    const before = this.#account.now.bundle
    const { signedPrekeyId, kyberPrekeyId } = before
    if (bundle.signedPrekeyId === signedPrekeyId) {
      return
    }
    const replaced = create(ReplacedBundleSchema, {
      signedPrekeyId,
      kyberPrekeyId,
      replacedAtMs: this.#book.lateTimeMs,
      bundle: encodePrekeyBundle(before)
    })
    this.#replaced = [...this.#replaced, replaced]
    this.#madeAtMs = this.#book.networkTimeMs()
    this.#isAsked = false
    this.#save()
    this.#checkIn(CHECK_MS)
    this.#account.setBundle(bundle)
    this.#onReplaced()
  }

  /** Clocks say something else than a moment ago. */
  timeChanged(): void {
    this.#check()
  }

  #checkIn(delayMs: number): void {
    this.#kernel.setTimer('bundles', delayMs, () => {
      this.#isAsked = false
      this.#check()
    })
  }

  #check(): void {
    const ageMs = Math.abs(this.#book.networkTimeMs() - this.#madeAtMs)
    if (this.#isAsked) {
      // The timer is that of the question.
    } else if (this.#book.isTimeKnown && ageMs >= RENEWED_AFTER_MS) {
      this.#isAsked = true
      const { signedPrekeyId, kyberPrekeyId } = this.#account.now.bundle
      this.#kernel.emit({
        type: 'make-bundle',
        signedPrekeyId: (signedPrekeyId % PREKEY_ID_MAX) + 1,
        kyberPrekeyId: (kyberPrekeyId % PREKEY_ID_MAX) + 1
      })
      this.#checkIn(ASK_AGAIN_MS)
    } else {
      this.#checkIn(CHECK_MS)
    }
    this.#eraseOld()
  }

  #eraseOld(): void {
    const timeMs = this.#book.earlyTimeMs
    const isOld = ({ replacedAtMs }: ReplacedBundle): boolean => timeMs - replacedAtMs >= KEPT_MS
    if (this.#book.isTimeKnown && this.#replaced.some(isOld)) {
      for (const { signedPrekeyId, kyberPrekeyId } of this.#replaced.filter(isOld)) {
        this.#kernel.erase('signed-prekey', prekeyKey(signedPrekeyId))
        this.#kernel.erase('kyber-prekey', prekeyKey(kyberPrekeyId))
        this.#eraseUses(`${prekeyKey(kyberPrekeyId)}.${prekeyKey(signedPrekeyId)}`)
      }
      this.#replaced = this.#replaced.filter((bundle) => !isOld(bundle))
      this.#save()
    }
  }

  /** What was seen of their use says nothing once they are gone. Rows that a crash leaves do no harm. */
  #eraseUses(prefix: string): void {
    const range = { from: `${prefix}.`, to: `${prefix}/`, limit: PAGE }
    this.#kernel.read({ range: { table: 'kyber-prekey-use', ...range } }, ({ rows, isEnd }) => {
      for (const { key } of rows) {
        this.#kernel.erase('kyber-prekey-use', key)
      }
      if (!isEnd) {
        this.#eraseUses(prefix)
      }
    })
  }

  #save(): void {
    const row = create(BundlesRowSchema, {
      madeAtMs: this.#madeAtMs,
      replaced: [...this.#replaced]
    })
    this.#kernel.write('account', BUNDLES_KEY, toBinary(BundlesRowSchema, row))
  }
}
