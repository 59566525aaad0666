/** The account that a home's reports are written from: in a folder of the home, open for as long as the home's client is. */
import { join } from 'node:path'
import type { Reports, SealpostClient } from '@sealpost/client'
import type { Context } from '../command.ts'
import { hasStore, type Home, homeAt, makeHomeDirectory } from '../home/home.ts'
import { systemPorts } from '../home/open-client.ts'

const OPEN = new WeakMap<SealpostClient, Promise<Reports>>()

type Surroundings = Pick<Context, 'home' | 'clock' | 'environment'>

/** Whether somebody began to report from this home. */
export function hasReports(home: Home): boolean {
  return hasStore(homeOfReports(home))
}

/** @throws as `Reports.open` */
export function reportsOf(around: Surroundings, person: SealpostClient): Promise<Reports> {
  const known = OPEN.get(person)
  if (known !== undefined) {
    return known
  }
  const opening = openReports(around, person)
  OPEN.set(person, opening)
  opening.catch(() => {
    OPEN.delete(person)
  })
  return opening
}

/** Ends what `reportsOf` opened, if anything. */
export async function closeReports(person: SealpostClient): Promise<void> {
  const opening = OPEN.get(person)
  OPEN.delete(person)
  const reports = await opening?.catch(() => undefined)
  await reports?.close()
}

async function openReports(
  { home: personHome, clock, environment }: Surroundings,
  person: SealpostClient
): Promise<Reports> {
  const home = homeOfReports(personHome)
  await makeHomeDirectory(home)
  const { signal } = new AbortController()
  const logLevel = environment['SEALPOST_LOG']
  const { Reports } = await import('@sealpost/client')
  const ports = await systemPorts({ home, clock, signal, logLevel, directListen: undefined })
  try {
    return await Reports.open(ports, person)
  } catch (error) {
    await ports.transport.close()
    throw error
  }
}

function homeOfReports({ directory }: Home): Home {
  return homeAt(join(directory, 'reports'))
}
