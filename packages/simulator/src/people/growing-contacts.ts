import type { ContactGraph } from './contacts.ts'

/** Who knows whom, of which some was drawn and more may come. */
export class GrowingContacts implements ContactGraph {
  readonly #drawn: ContactGraph
  readonly #grown = new Map<number, Uint32Array>()

  constructor(drawn: ContactGraph) {
    this.#drawn = drawn
  }

  contactsOf(client: number): Uint32Array {
    return this.#grown.get(client) ?? this.#drawn.contactsOf(client)
  }

  knows(client: number, other: number): boolean {
    return this.contactsOf(client).includes(other)
  }

  /** One knows another from now on, who may not know it yet. */
  add(client: number, other: number): void {
    if (!this.knows(client, other)) {
      this.#grown.set(client, Uint32Array.of(...this.contactsOf(client), other))
    }
  }
}
