/** The files for Prometheus and Grafana that come with a relay. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export const ROOT: string = join(import.meta.dirname, '../../..')
export const RULES: string = join(ROOT, 'relay/observability/alerts.yaml')
const DASHBOARD = join(ROOT, 'relay/observability/grafana-dashboard.json')

export interface Alert {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly runbook: string }
}

export interface Panel {
  readonly title: string
  readonly targets: readonly { readonly expr: string }[]
}

export function readAlerts(): readonly Alert[] {
  const file = parse(readFileSync(RULES, 'utf8')) as {
    readonly groups: readonly { readonly rules: readonly Alert[] }[]
  }
  return file.groups.flatMap(({ rules }) => rules)
}

export function readPanels(): readonly Panel[] {
  const file = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as { readonly panels: readonly Panel[] }
  return file.panels
}
