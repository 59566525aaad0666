/** How long each client was offline up to any moment, and how often it came. */
export class OnlineTimes {
  readonly #isOnline: Uint8Array
  readonly #sinceUs: Float64Array
  readonly #offlineUs: Float64Array
  readonly #sessions: Uint32Array

  /** All are offline at first. */
  constructor(clientCount: number) {
    this.#isOnline = new Uint8Array(clientCount)
    this.#sinceUs = new Float64Array(clientCount)
    this.#offlineUs = new Float64Array(clientCount)
    this.#sessions = new Uint32Array(clientCount)
  }

  isOnline(client: number): boolean {
    return this.#isOnline[client] === 1
  }

  set(client: number, isOnline: boolean, nowUs: number): void {
    if (this.isOnline(client) === isOnline) {
      return
    }
    if (isOnline) {
      this.#offlineUs[client] = this.offlineUs(client, nowUs)
      this.#sessions[client] = this.sessions(client) + 1
    }
    this.#isOnline[client] = isOnline ? 1 : 0
    this.#sinceUs[client] = nowUs
  }

  /** From the beginning until now. */
  offlineUs(client: number, nowUs: number): number {
    const before = this.#offlineUs[client] ?? 0
    return this.isOnline(client) ? before : before + nowUs - (this.#sinceUs[client] ?? 0)
  }

  sessions(client: number): number {
    return this.#sessions[client] ?? 0
  }
}
