/** The desk's page: what people reported, and what the operator says to it. */
import { render } from 'preact'
import { follow } from './desk-view.ts'
import { locale } from './locales/locale.ts'
import { Page } from './parts/page.tsx'
import { followPlace } from './place.ts'
import { begin } from './session.ts'

document.documentElement.lang = locale()
await begin().catch(() => undefined)
followPlace()
const root = document.querySelector('#page')
if (root) {
  render(<Page />, root)
}
await follow()
