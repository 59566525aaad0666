import { type Context, createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { App } from '../state/app.ts'

/** What every screen can reach. */
export const AppContext: Context<App | undefined> = createContext<App | undefined>(undefined)

/** The app; there is one around every screen. */
export function useApp(): App {
  const app = useContext(AppContext)
  if (app === undefined) {
    throw new TypeError('there is no app around this')
  }
  return app
}
