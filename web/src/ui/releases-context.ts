import { type Context, createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { ReleaseWatch } from '../state/release-watch.ts'

/** What is known of releases, for every screen. */
export const ReleasesContext: Context<ReleaseWatch | undefined> = createContext<
  ReleaseWatch | undefined
>(undefined)

/** What is known of releases; it is there around every screen. */
export function useReleases(): ReleaseWatch {
  const releases = useContext(ReleasesContext)
  if (releases === undefined) {
    throw new TypeError('nothing follows releases around this')
  }
  return releases
}
