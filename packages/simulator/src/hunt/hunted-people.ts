/** Clients as the steps of a plan see them, whatever they are made of. All are named by their numbers. */
import type { CrashPoint } from './plan.ts'

export interface HuntedPeople {
  write(from: number, to: number, text: string): void
  /** @param which how many before the last one that they wrote */
  recall(client: number, to: number, which: number): void
  /** The person looks at what is there. */
  show(client: number, to: number): void
  setBlocked(client: number, to: number, isBlocked: boolean): void
  setOnline(client: number, isOnline: boolean): void
  crash(client: number, point: CrashPoint): void
  setClock(client: number, offsetMs: number): void
  /** Relays are their numbers. */
  move(client: number, relays: readonly number[]): void
  setDiskFull(client: number, isFull: boolean): void
  /** Whoever is away comes back, and nobody goes any more. */
  heal(): void
}
