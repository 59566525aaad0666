/** How much a browser lets the app keep, and how much it has: as far as the browser says. */
import { type ReadonlySignal, signal } from '@preact/signals'

/** So little is left that a long conversation fills it. */
const LEFT_BYTES_MIN = 20_000_000
const USED_MAX = 0.9
const LOOK_MS = 600_000

export interface Room {
  readonly usedBytes: number
  readonly quotaBytes: number
  /** What the conversations and keys take of it, and what the app itself does, where the browser tells them apart. */
  readonly dataBytes: number | undefined
  readonly programBytes: number | undefined
  readonly isLow: boolean
}

interface Estimate {
  readonly usage?: number
  readonly quota?: number
  /** Chromium's. */
  readonly usageDetails?: Readonly<Record<string, number | undefined>>
}

/** Undefined where the browser does not say. */
export function roomOf({ usage, quota, usageDetails = {} }: Estimate): Room | undefined {
  if (usage === undefined || quota === undefined || quota <= 0) {
    return undefined
  }
  const { indexedDB, caches, serviceWorkerRegistrations = 0 } = usageDetails
  return {
    usedBytes: usage,
    quotaBytes: quota,
    dataBytes: indexedDB,
    programBytes: caches === undefined ? undefined : caches + serviceWorkerRegistrations,
    isLow: quota - usage < LEFT_BYTES_MIN || usage > quota * USED_MAX
  }
}

/** Asks the browser. */
export async function lookAtRoom(): Promise<Room | undefined> {
  const { storage } = navigator as Partial<Pick<Navigator, 'storage'>>
  return storage === undefined ? undefined : roomOf(await storage.estimate())
}

export type Keeping = 'kept' | 'may-go' | 'unknown'

/** Whether the browser may clear by itself what the app keeps. */
export async function lookAtKeeping(): Promise<Keeping> {
  const { storage } = navigator as Partial<Pick<Navigator, 'storage'>>
  return storage === undefined ? 'unknown' : (await storage.persisted()) ? 'kept' : 'may-go'
}

/** Asks it not to: it decides by itself, or asks the person. */
export async function askToKeep(): Promise<Keeping> {
  return (await navigator.storage.persist()) ? 'kept' : 'may-go'
}

const low = signal(false)

/** Whether there is little room left. */
export const isRoomLow: ReadonlySignal<boolean> = low

/** Looks now and then for as long as the page is open. */
export function followRoom(): void {
  const look = async (): Promise<void> => {
    const room = await lookAtRoom().catch(() => undefined)
    low.value = room?.isLow === true
  }
  void look()
  setInterval(() => {
    void look()
  }, LOOK_MS)
}
