/**
 * A relay's other side: what whoever runs it sees and does. It stands on a relay that runs, and the relay knows nothing of it.
 *
 * ```
 *   relay runs --open--> listens on the socket --close--> nobody is answered any more --> the relay may end
 * ```
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Random } from '@sealpost/core'
import { makeSocketPath, removeSocket } from '@sealpost/local-socket'
import type { Log } from '@sealpost/host'
import { type CallAnswers, type CallName, CALLS, ROLES } from '@sealpost/operator'
import { formatRelayAddress, StorageError } from '@sealpost/protocol'
import type { ListenEndpoint } from '@sealpost/transport-libp2p'
import type { BackupKeeper } from '../backup/backup-keeper.ts'
import { openBackups } from '../backup/open-backups.ts'
import { AuditBook } from '../books/audit-book.ts'
import type { BlockBook } from '../books/block-book.ts'
import type { ClosingBook } from '../books/closing-book.ts'
import type { InviteBook } from '../books/invite-book.ts'
import type { NoticeBook } from '../books/notice-book.ts'
import { TokenBook } from '../books/token-book.ts'
import type { RunningRelay } from '../compose.ts'
import type { RelayConfig } from '../config/config.ts'
import { type DashboardPage, loadDashboard } from '../dashboard/dashboard-page.ts'
import { Sessions } from '../dashboard/sessions.ts'
import { type DataDirectory, dataDirectory } from '../store/data-directory.ts'
import { configCalls, type ConfigCallsOptions } from './config-calls.ts'
import { limitsCalls } from './limits-calls.ts'
import { logCalls, type LogCallsOptions } from './log-calls.ts'
import { answerHealth } from '../people/health-page.ts'
import { metricsPage } from '../metrics/metrics-page.ts'
import type { RelayMetrics } from '../metrics/relay-metrics.ts'
import { dashboardCalls } from './dashboard-calls.ts'
import { auditCalls } from './audit-calls.ts'
import { blockCalls } from './block-calls.ts'
import { closingCalls } from './closing-calls.ts'
import { inviteCalls } from './invite-calls.ts'
import { noticeCalls } from './notice-calls.ts'
import { type CallHandlers, OperatorServer } from './operator-server.ts'
import { activityCalls } from '../watch/activity-calls.ts'
import { alarmCalls } from '../watch/alarm-calls.ts'
import { NeighbourWatch } from '../neighbours/neighbour-watch.ts'
import { type Operated, operatedValues } from '../watch/operated-values.ts'
import { LoadKeeper } from '../watch/load-keeper.ts'
import { RelayWatch } from '../watch/relay-watch.ts'
import { backupCalls } from './backup-calls.ts'
import { runningCalls, type RunningCallsOptions } from './running-calls.ts'
import { ticketCalls, TicketFiguresKept } from './ticket-calls.ts'
import { tokenCalls } from './token-calls.ts'
import { reportCalls } from '../watch/report-calls.ts'
import type { WatchCounters } from '../watch/watch-counters.ts'
import { watchCalls } from '../watch/watch-calls.ts'
import { WrongTokens } from './wrong-tokens.ts'

export interface OperatorSideOptions
  extends
    Omit<RunningCallsOptions, 'backups' | 'load' | 'reach'>,
    ConfigCallsOptions,
    LogCallsOptions {
  readonly relay: RunningRelay
  readonly config: RelayConfig
  readonly log: Log
  readonly random: Random
  readonly metrics: RelayMetrics
  readonly counters: WatchCounters
  /** The one that the relay was started with. */
  readonly blocks: BlockBook
  /** The one that the relay was started with. */
  readonly closing: ClosingBook
  /** The one that the relay was started with. */
  readonly invites: InviteBook
  /** The one that the relay was started with. */
  readonly notices: NoticeBook
}

/** What is kept of an operator's doings, and shown to them. */
interface Parts {
  readonly page: DashboardPage | undefined
  readonly audit: AuditBook
  readonly tokens: TokenBook
  readonly watch: RelayWatch
  readonly backups: BackupKeeper
  readonly tickets: TicketFiguresKept
  readonly neighbours: NeighbourWatch
  readonly load: LoadKeeper
}

/** Where the operator's port was to be, and why there is none. */
export interface PortFailure {
  /** `HOST:PORT` as it was configured. */
  readonly where: string
  /** As the system says: `EADDRINUSE` where something else listens there. */
  readonly code: string
}

export class OperatorSide {
  readonly #directory: DataDirectory
  readonly #server: OperatorServer
  readonly #blocks: BlockBook
  readonly #closing: ClosingBook
  readonly #backups: BackupKeeper
  readonly #watch: RelayWatch
  readonly #neighbours: NeighbourWatch
  readonly #load: LoadKeeper
  #link: string | undefined
  #portFailure: PortFailure | undefined

  private constructor(
    options: OperatorSideOptions,
    { audit, backups, load, neighbours, page, tickets, tokens, watch }: Parts
  ) {
    const { blocks, closing, config, clock, log, random } = options
    const showMetrics = metricsPage(options.metrics, log)
    const sessions = new Sessions(clock, random)
    const wrongTokens = new WrongTokens(clock)
    this.#directory = dataDirectory(config.data)
    this.#blocks = blocks
    this.#closing = closing
    this.#watch = watch
    this.#backups = backups
    this.#neighbours = neighbours
    this.#load = load
    const handlers: CallHandlers = {
      ...runningCalls({
        ...options,
        backups: () => backups.status(),
        load: () => load.overload,
        tickets: () => tickets.summary,
        reach: () => neighbours.answer
      }),
      ...configCalls(options),
      ...logCalls(options),
      ...limitsCalls({ ...options, load: () => load.overload }),
      ...dashboardCalls({ sessions, link: () => page && this.#link }),
      ...tokenCalls(tokens, (name) => {
        sessions.end(name)
      }),
      ...blockCalls(blocks),
      ...closingCalls(closing),
      ...noticeCalls(options.notices),
      ...inviteCalls(options.invites, options.relay, options.runningConfig),
      ...auditCalls(audit),
      ...alarmCalls(watch),
      ...watchCalls(watch),
      ...activityCalls(watch, options.counters),
      ...reportCalls(watch),
      ...ticketCalls(tickets),
      ...backupCalls(backups, options.relay)
    }
    this.#server = new OperatorServer({
      handlers,
      callerOf: (token) => sessions.callerOf(token) ?? tokens.callerOf(token),
      beginSession: (ticket) => sessions.begin(ticket),
      onWrongToken: () => {
        log.warn('relay.operator.token-wrong')
        return wrongTokens.wait()
      },
      onChange: ({ name, caller, params, failure, about }) =>
        audit.note({
          by: caller.name,
          call: name,
          params: params.withoutSecrets(CALLS[name].params),
          outcome: failure ?? 'done',
          about
        }),
      onFailure: (name, error) => {
        log.error('relay.operator.failed', { call: name, reason: reasonOf(error) })
      },
      onPage: (request, response) =>
        showMetrics(request, response) ||
        answerHealth(options.relay.health, request, response) ||
        showPage(page, request, response)
    })
  }

  /** Where a browser of this machine finds the operator's pages; undefined where there is no port. */
  get link(): string | undefined {
    return this.#link
  }

  /** Why there is no port, where there was to be one. */
  get portFailure(): PortFailure | undefined {
    return this.#portFailure
  }

  /**
   * Listens. Only who has the store open may call this. A port that cannot be had is logged and told, and ends nothing: people
   * need the relay more than its operator needs figures, and the socket answers too.
   *
   * @throws StorageError `SEALPOST_STORE_FAILED` where the directory takes no socket, `SEALPOST_STORE_CORRUPT` where one of the books is damaged; ConfigError where the page is damaged
   */
  static async open(options: OperatorSideOptions): Promise<OperatorSide> {
    const side = new OperatorSide(options, await openParts(options))
    options.blocks.watch((mailboxId) => {
      options.relay.onBlocks(mailboxId)
    })
    options.invites.watch(() => {
      options.relay.onInvites()
    })
    options.notices.watch(() => {
      options.relay.onInfo()
    })
    options.closing.watch({
      onChange: () => {
        options.relay.onInfo()
      },
      onEnd: options.onDrain
    })
    try {
      await side.#server.listenOnSocket(await makeSocketPath(side.#directory))
    } catch (cause) {
      await side.endWork()
      const message = `The data directory ${side.#directory.path} takes no socket.`
      throw new StorageError('SEALPOST_STORE_FAILED', message, { cause })
    }
    if (options.config.operatorListen !== undefined) {
      await side.#listenOnPort(options.config.operatorListen, options.log)
    }
    return side
  }

  /** Does a call as the owner of the process, whom the audit log has under this name. @throws as the call */
  call<Name extends CallName>(name: Name, by: string): Promise<CallAnswers[Name]> {
    return this.#server.call(name, {}, { roles: ROLES, name: by })
  }

  async #listenOnPort({ host, port }: ListenEndpoint, log: Log): Promise<void> {
    try {
      const bound = await this.#server.listenOnPort(host, port)
      this.#link = `http://${written(host)}:${String(bound.port)}/`
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
      this.#portFailure = { where: `${written(host)}:${String(port)}`, code }
      log.error('relay.operator.no-port', { code, port })
    }
  }

  /** Ends long work, which needs the relay's store: before the relay stops. */
  async endWork(): Promise<void> {
    this.#neighbours.close()
    await this.#backups.close()
  }

  async close(): Promise<void> {
    await this.endWork()
    this.#blocks.close()
    this.#closing.close()
    await this.#server.close()
    this.#load.close()
    await this.#watch.close()
    await removeSocket(this.#directory)
  }
}

async function openParts(options: OperatorSideOptions): Promise<Parts> {
  const { config, clock, log, metrics, random } = options
  const backups = await openBackups(options)
  const tickets = new TicketFiguresKept(clock)
  const neighbours = openNeighbours(options)
  const startedAtMs = clock.wallMs()
  const operated = (): Operated => ({
    certificate: options.relay.overview().certificate,
    backup: backups.status(),
    tickets: tickets.answer,
    reach: neighbours.answer,
    reachableShare: neighbours.share,
    startedAtMs
  })
  metrics.showOperated({ operated, tickets: () => tickets })
  return {
    page: config.operatorListen && (await loadDashboard()),
    audit: await AuditBook.open(config.data, { clock, log }),
    tokens: await TokenBook.open(config.data, { clock, random }),
    watch: await openWatch(options, operated),
    backups,
    tickets,
    neighbours,
    load: openLoad(options)
  }
}

function openNeighbours({ clock, log, relay, runningConfig }: OperatorSideOptions): NeighbourWatch {
  const neighbours = new NeighbourWatch({
    clock,
    log,
    neighbours: () => runningConfig.config.neighbours,
    address: () => relay.address
  })
  runningConfig.onReload(() => {
    neighbours.onConfig()
  })
  return neighbours
}

function openLoad(options: OperatorSideOptions): LoadKeeper {
  const { relay, clock, log, counters, runningConfig } = options
  return new LoadKeeper({
    clock,
    log,
    overview: () => relay.overview(),
    isOn: () => runningConfig.config.watch.shedsLoad,
    pendingReadsMax: () => runningConfig.config.relay.pendingReadsMax,
    commitMs: () => counters.takeCommitMs(),
    setLoad: (step) => {
      relay.setLoad(step)
    }
  })
}

async function openWatch(
  options: OperatorSideOptions,
  operated: () => Operated
): Promise<RelayWatch> {
  const { relay, config, clock, log, runningConfig, counters } = options
  const watch = await RelayWatch.open({
    clock,
    log,
    config: config.watch,
    path: dataDirectory(config.data).watchPath,
    address: () => formatRelayAddress(relay.address),
    overview: () => relay.overview(),
    counted: () => {
      const { totals, values } = counters.take()
      return { totals, values: { ...values, ...operatedValues(operated(), clock.wallMs()) } }
    },
    relayConfig: () => runningConfig.config,
    adjust: (adjusted) => {
      relay.reconfigure(adjusted)
    }
  })
  runningConfig.onReload((outcome) => {
    watch.reconfigure(outcome.config.watch)
  })
  return watch
}

/** A host as it stands before a port. */
function written(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** @returns false where the page has nothing of that path */
function showPage(
  page: DashboardPage | undefined,
  request: IncomingMessage,
  response: ServerResponse
): boolean {
  const [path = ''] = (request.url ?? '').split(/[?#]/)
  const isThere = page?.paths.has(path) === true
  if (isThere) {
    page.answer(request, response)
  }
  return isThere
}

/** What may be logged of an error: its name, never its words, which may hold what came in. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
