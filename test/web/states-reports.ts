/** The states of what somebody reports to whoever runs their relay, and of what came of it. */
import { asking } from './asking-states.ts'
import type { Stage } from './stage.ts'
import type { State } from './states-first.ts'

const DESK = {
  relay: '/dns4/relay.example/tcp/443/wss/p2p/12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq',
  link: 'sealpost:i/one'
}
const OTHER = {
  relay: '/dns4/other.example/tcp/443/wss/p2p/12D3KooWBmAwcd4PJNJvfV89HwE48nwkRmAgo8Vy3uQEyNNHBox2',
  link: 'sealpost:i/other'
}
const AT_MS = 1_700_000_000_000
const REPORT = {
  number: 'ABCD-2345',
  category: 'problem',
  desk: DESK.link,
  openedAtMs: AT_MS,
  state: 'received',
  version: undefined,
  withinHours: 48,
  isUnread: false,
  isOver: false
}
const SOLVED = { ...REPORT, state: 'solved', version: '1.2.3', isOver: true }
const WORD = {
  isOwn: false,
  type: 'state',
  text: '',
  lines: [],
  state: undefined,
  version: undefined,
  withinHours: undefined,
  atMs: AT_MS
}
const OPENED = {
  ...WORD,
  isOwn: true,
  type: 'open',
  text: 'The sunset takes a minute.\n日落要一分钟。',
  lines: ['Sealpost 1.0.0', 'Chromium 156, Linux']
}
const RECEIVED = { ...WORD, state: 'received', withinHours: 48 }
const SAID = { ...WORD, type: 'say', text: 'Since when? 从什么时候开始？' }

const EVERY = [
  { ...REPORT, state: 'queued' },
  { ...REPORT, state: 'sent', category: 'wish' },
  { ...REPORT, category: 'abuse' },
  { ...REPORT, state: 'looking', isUnread: true, category: 'complaint' },
  SOLVED,
  { ...SOLVED, version: undefined, category: 'other' },
  ...['closed', 'withdrawn', 'failed', 'too-many-open', 'too-many-today', 'desk-full'].map(
    (state) => ({ ...REPORT, state, isOver: true })
  )
].map((report, at) => ({ ...report, number: `ABCD-${String(2222 + at)}` }))

async function atDesk(stage: Stage, desks: readonly object[], reports: readonly object[] = []) {
  await stage.go('#/')
  await stage.fault('desks', { type: 'answer', value: desks })
  await stage.fault('reports', { type: 'answer', value: reports })
  await stage.place('#/settings/feedback')
  await stage.page.getByRole('button', { name: 'Send report' }).waitFor()
}

/** One report in detail. */
function shown(name: string, report: object, words: readonly object[]): State {
  return {
    name: `report-${name}`,
    reach: async (stage) => {
      await stage.go('#/')
      await stage.fault('showReport', { type: 'answer', value: { report, words } })
      await stage.place('#/report/ABCD-2345')
      await stage.page.locator('.ticket-words li').first().waitFor()
    }
  }
}

function news(name: string, value: readonly object[]): State {
  return {
    name: `report-news-${name}`,
    reach: async (stage) => {
      await stage.go('#/')
      await stage.fault('reportNews', { type: 'answer', value })
      await stage.tell({ type: 'report' })
      await stage.page.getByRole('link', { name: 'Look' }).waitFor()
    }
  }
}

export const REPORT_STATES: readonly State[] = [
  ...asking('feedback', '#/settings/feedback', ['feedbackDraft', 'feedbacks', 'desks', 'reports']),
  {
    name: 'feedback-unheard',
    reach: async (stage) => {
      await stage.go('#/')
      await stage.fault('relays', { type: 'answer', value: [] })
      await stage.tell({ type: 'relay' })
      await stage.place('#/settings/feedback')
      await stage.page.getByText('No relay has been reached yet').waitFor()
    }
  },
  {
    name: 'feedback-lines',
    reach: async (stage) => {
      await stage.go('#/settings/feedback')
      await stage.page.getByLabel('What happened').fill('The sunset as a theme, please.')
      await stage.page.getByRole('switch', { name: 'Add what helps' }).check()
      await stage.page.locator('form .lines li').nth(3).waitFor()
    }
  },
  {
    name: 'feedback-kept',
    reach: async (stage) => {
      await stage.go('#/settings/feedback')
      await stage.page.getByLabel('What happened').fill('夕阳主题')
      await stage.page.getByRole('button', { name: 'Keep it' }).click()
      await stage.page.locator('.feedbacks summary').first().click()
      await stage.page.getByRole('button', { name: 'Save as a file' }).first().waitFor()
    }
  },
  {
    name: 'feedback-send-kept',
    reach: async (stage) => {
      await atDesk(stage, [DESK])
      await stage.page.locator('.feedbacks summary').first().click()
      await stage.page.getByRole('button', { name: 'Send to relay.example' }).waitFor()
    }
  },
  {
    name: 'feedback-desk',
    reach: async (stage) => {
      await atDesk(stage, [DESK], EVERY)
      const { page } = stage
      await page.getByText('What they learn of you').click()
      await page.getByRole('radio', { name: 'Abuse' }).check()
      await page.getByLabel('What happened').fill('The sunset takes a minute.')
      await page.getByRole('switch', { name: 'Add what helps' }).check()
      await page.getByText('Exactly this is sent').click()
      await page.getByText('sealpost-report/1').waitFor()
    }
  },
  {
    name: 'feedback-desks',
    reach: async (stage) => {
      await atDesk(stage, [DESK, OTHER])
      await stage.page.getByRole('radio', { name: 'other.example' }).check()
    }
  },
  {
    name: 'feedback-too-long',
    reach: async (stage) => {
      await atDesk(stage, [DESK])
      await stage.page.getByLabel('What happened').fill('夕'.repeat(3_334))
      await stage.page.getByText('too long to be sent').waitFor()
    }
  },
  {
    name: 'feedback-sent',
    reach: async (stage) => {
      await atDesk(stage, [DESK], [{ ...REPORT, state: 'queued' }])
      await stage.fault('report', { type: 'answer', value: REPORT })
      await stage.page.getByLabel('What happened').fill('夕阳主题')
      await stage.page.getByRole('button', { name: 'Send report' }).click()
      await stage.page.getByText('See what becomes of it').waitFor()
    }
  },
  {
    name: 'feedback-refused',
    reach: async (stage) => {
      await atDesk(stage, [DESK])
      await stage.fault('report', { type: 'refuse', code: 'SEALPOST_STORE_FULL' })
      await stage.page.getByLabel('What happened').fill('夕阳主题')
      await stage.page.getByRole('button', { name: 'Send report' }).click()
      await stage.page.locator('form .error').first().waitFor()
      await stage.page.getByLabel('What happened').fill('')
    }
  },
  ...asking('report', '#/report/ABCD-2345', ['showReport']),
  {
    name: 'report-unknown',
    reach: async (stage) => {
      await stage.go('#/report/ABCD-2345')
      await stage.page.getByText('There is no such report here.').waitFor()
    }
  },
  shown('received', REPORT, [OPENED, RECEIVED, SAID]),
  shown('solved', SOLVED, [
    OPENED,
    RECEIVED,
    SAID,
    { ...WORD, isOwn: true, type: 'say', text: 'Since today.' },
    { ...WORD, state: 'solved', version: '1.2.3', text: 'Reload the page.' }
  ]),
  shown('failed', { ...REPORT, state: 'failed', isOver: true }, [OPENED]),
  shown('withdrawn', { ...REPORT, state: 'withdrawn', isOver: true }, [
    OPENED,
    { ...WORD, isOwn: true, type: 'withdraw' }
  ]),
  {
    name: 'report-withdraw',
    reach: async (stage) => {
      await shown('', REPORT, [OPENED]).reach(stage)
      await stage.page.getByRole('button', { name: 'Withdraw' }).click()
      await stage.page.getByRole('button', { name: 'Withdraw it' }).waitFor()
    }
  },
  news('one', [SOLVED]),
  news('many', [SOLVED, { ...REPORT, number: 'ABCD-2346' }])
]
