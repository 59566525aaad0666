/**
 * What was written and not sent, for each conversation: shown at once, kept in the home soon after, and the same in every tab. Nothing
 * of it outlives a lock in this page.
 *
 * ```
 *   kept --change--> changed --500 ms, or the page goes--> being kept --> kept
 * ```
 */
import { type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { ContactId } from '@sealpost/protocol'
import { type Draft, isSameDraft, NO_DRAFT, parseDraft } from '../wire/draft.ts'
import type { PeerApi } from '../wire/peer-api.ts'

/** What is written is at most so long in this page alone. */
const DRAFT_PAUSE_MS = 500

interface Kept {
  readonly shown: Signal<Draft>
  /** Whether it was heard what the home has. */
  isKnown: boolean
  /** What the home has, as far as this page knows. */
  saved: Draft
  timer: ReturnType<typeof setTimeout> | undefined
  /** Saves follow each other, and what is sent. */
  last: Promise<unknown>
}

export class Drafts {
  /** Of which this is. */
  readonly page: string
  readonly #peer: Pick<PeerApi, 'keepDraft'>
  readonly #onFailure: (error: unknown) => void
  readonly #drafts = new Map<ContactId, Kept>()
  #isFailing = false
  #isHeld = false
  readonly #others = new Set<() => Promise<unknown>>()

  /**
   * @param page a name that no other page has.
   * @param onFailure gets why a draft could not be kept, once until one can.
   */
  constructor(peer: Pick<PeerApi, 'keepDraft'>, page: string, onFailure: (error: unknown) => void) {
    this.#peer = peer
    this.page = page
    this.#onFailure = onFailure
  }

  of(contactId: ContactId): ReadonlySignal<Draft> {
    return this.#of(contactId).shown
  }

  /** The person wrote something. */
  change(contactId: ContactId, some: Partial<Draft>): void {
    const kept = this.#of(contactId)
    kept.shown.value = parseDraft({ ...kept.shown.value, ...some })
    kept.timer ??= setTimeout(() => {
      void this.#save(contactId, kept)
    }, DRAFT_PAUSE_MS)
  }

  /** What the home has, where nothing else is known yet. */
  begin(contactId: ContactId, draft: Draft): void {
    if (!this.#of(contactId).isKnown) {
      this.take(contactId, draft)
    }
  }

  /** Another page changed it: what is being written here counts more. */
  take(contactId: ContactId, draft: Draft): void {
    const kept = this.#of(contactId)
    kept.isKnown = true
    if (isSameDraft(kept.shown.value, kept.saved)) {
      kept.saved = draft
      if (!isSameDraft(kept.shown.value, draft)) {
        kept.shown.value = draft
      }
    }
  }

  /**
   * What is written is on its way: a new text, whose draft the worker removes once it is kept, or another text of a message. Nothing
   * is kept before that is known.
   *
   * @throws what `sending` throws, once the text is there again, before what was written meanwhile.
   */
  async send(contactId: ContactId, sending: () => Promise<unknown>): Promise<void> {
    const kept = this.#of(contactId)
    const sent = kept.shown.value
    const isNew = sent.edit === undefined
    this.#stopTimer(kept)
    kept.shown.value = isNew ? NO_DRAFT : { ...sent, edit: undefined }
    const done = kept.last.then(sending)
    kept.last = done.catch(() => undefined)
    try {
      await done
    } catch (error) {
      this.change(contactId, givenBack(sent, kept.shown.value))
      throw error
    }
    if (isNew) {
      kept.saved = NO_DRAFT
    }
    await this.#save(contactId, kept)
  }

  /** There is no room for anything, or there is again: what was written meanwhile is kept then. */
  async hold(isHeld: boolean): Promise<void> {
    this.#isHeld = isHeld
    await this.flush()
  }

  /** What is written elsewhere is kept with these, until the returned function is called. */
  withOther(save: () => Promise<unknown>): () => void {
    this.#others.add(save)
    return () => {
      this.#others.delete(save)
    }
  }

  /** Keeps what is not kept yet, as far as that is possible: whoever waits for it, to lock the home for example, goes on in any case. */
  async flush(): Promise<void> {
    const own = [...this.#drafts].map(([contactId, kept]) => this.#save(contactId, kept))
    const others = this.#isHeld ? [] : [...this.#others]
    await Promise.all([
      ...own,
      ...others.map((save) =>
        save().catch((error: unknown) => {
          this.#failed(error)
        })
      )
    ])
  }

  /** The home was closed: nothing of it stays here. */
  forget(): void {
    for (const kept of this.#drafts.values()) {
      this.#stopTimer(kept)
      kept.shown.value = NO_DRAFT
      kept.saved = NO_DRAFT
    }
    this.#drafts.clear()
    this.#isFailing = false
    this.#isHeld = false
  }

  #of(contactId: ContactId): Kept {
    const known = this.#drafts.get(contactId)
    if (known !== undefined) {
      return known
    }
    const kept: Kept = {
      shown: signal(NO_DRAFT),
      isKnown: false,
      saved: NO_DRAFT,
      timer: undefined,
      last: Promise.resolve()
    }
    this.#drafts.set(contactId, kept)
    return kept
  }

  #stopTimer(kept: Kept): void {
    clearTimeout(kept.timer)
    kept.timer = undefined
  }

  #save(contactId: ContactId, kept: Kept): Promise<unknown> {
    this.#stopTimer(kept)
    kept.last = kept.last.then(async () => {
      const draft = kept.shown.value
      if (this.#isHeld || isSameDraft(draft, kept.saved) || this.#drafts.get(contactId) !== kept) {
        return
      }
      try {
        await this.#peer.keepDraft(contactId, draft, this.page)
        kept.saved = draft
        this.#isFailing = false
      } catch (error) {
        this.#failed(error)
      }
    })
    return kept.last
  }

  #failed(error: unknown): void {
    if (!this.#isFailing) {
      this.#isFailing = true
      this.#onFailure(error)
    }
  }
}

/** What could not be sent, and what was written since. */
function givenBack(sent: Draft, since: Draft): Draft {
  if (sent.edit !== undefined) {
    return { ...since, edit: since.edit ?? sent.edit }
  }
  return {
    text: since.text === '' ? sent.text : `${sent.text}\n${since.text}`,
    replyTo: sent.replyTo ?? since.replyTo,
    edit: since.edit
  }
}
