/** While a command stays, what operators say of this home's reports is told at once. */
import type { SealpostClient } from '@sealpost/client'
import type { Context } from '../command.ts'
import { errorSentence } from '../failure.ts'
import { sentences } from '../sentences.ts'
import { warn } from '../show.ts'
import { hasReports, reportsOf } from './open-reports.ts'
import { stateText } from './report-views.ts'

/** Listens from now on, where something was reported from this home before. Never throws: reports are beside the point here. */
export async function tellReports(
  context: Pick<Context, 'home' | 'clock' | 'environment' | 'screen' | 'values'>,
  client: SealpostClient
): Promise<void> {
  if (!hasReports(context.home)) {
    return
  }
  try {
    const reports = await reportsOf(context, client)
    reports.listen((number) => {
      void tell(number).catch(() => undefined)
    })
    const tell = async (number: string): Promise<void> => {
      const found = (await reports.reports()).find((report) => report.number === number)
      if (found?.isUnread === true) {
        await warn(context, sentences.reports.changed(number, stateText(found)))
      }
    }
  } catch (error) {
    await warn(context, errorSentence(error))
  }
}
