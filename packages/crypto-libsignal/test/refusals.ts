/** Has the engine refuse what there is to refuse, in a process of its own whose output can be looked at. */
import { ENGINE_COMPLIANCE } from '@sealpost/crypto/compliance'
import { createLibsignalEngine } from '../src/index.ts'

const cases = ENGINE_COMPLIANCE.filter(({ title }) => title.startsWith('refuses'))
for (const { run } of cases) {
  await run(createLibsignalEngine)
}
process.stdout.write(cases.length > 10 ? 'done' : 'too few')
