/** The operator's page: looks at the relay that serves it, every second. */
import { render } from 'preact'
import { followAlarms } from './alarms-view.ts'
import { locale } from './locales/locale.ts'
import { Page } from './parts/page.tsx'
import { follow } from './relay-view.ts'
import { begin } from './session.ts'
import { followSlow } from './slow-view.ts'

document.documentElement.lang = locale()
await begin().catch(() => undefined)
// A newer link, pasted into this very tab, only changes what is behind the #.
addEventListener('hashchange', () => void begin().catch(() => undefined))
const place = document.querySelector('#page')
if (place) {
  render(<Page />, place)
}
void followAlarms()
void followSlow()
await follow()
