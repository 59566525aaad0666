import type { Command } from '../command.ts'
import { accept } from './accept.ts'
import { add } from './add.ts'
import { backup } from './backup.ts'
import { block } from './block.ts'
import { chat } from './chat.ts'
import { clear } from './clear.ts'
import { contacts } from './contacts.ts'
import { daemon } from './daemon.ts'
import { decline } from './decline.ts'
import { deleteMessage } from './delete.ts'
import { deskPage } from './desk-page.ts'
import { desk } from './desk.ts'
import {
  deskAnswer,
  deskCanned,
  deskCounts,
  deskList,
  deskShow,
  deskState,
  deskTag
} from './desk-work.ts'
import { devicesLink } from './devices-link.ts'
import { devicesRemove } from './devices-remove.ts'
import { devicesRenew } from './devices-renew.ts'
import { devicesRename } from './devices-rename.ts'
import { devices } from './devices.ts'
import { direct } from './direct.ts'
import { doctor } from './doctor.ts'
import { edit } from './edit.ts'
import { forget } from './forget.ts'
import { forward } from './forward.ts'
import { inbox } from './inbox.ts'
import { exportHistory } from './export.ts'
import { init } from './init.ts'
import { invite } from './invite.ts'
import { keep } from './keep.ts'
import { linksRevoke } from './links-revoke.ts'
import { links } from './links.ts'
import { message } from './message.ts'
import { passphrase } from './passphrase.ts'
import { react } from './react.ts'
import { recall } from './recall.ts'
import { relaysAdd } from './relays-add.ts'
import { relaysData } from './relays-data.ts'
import { relaysRemove } from './relays-remove.ts'
import { relaysTest } from './relays-test.ts'
import { relays } from './relays.ts'
import { reply } from './reply.ts'
import { report } from './report.ts'
import { reports, reportsAnswer, reportsShow, reportsWithdraw } from './reports.ts'
import { requests } from './requests.ts'
import { restore } from './restore.ts'
import { search } from './search.ts'
import { send } from './send.ts'
import { settings } from './settings.ts'
import { star, unstar } from './star.ts'
import { starred } from './starred.ts'
import { status } from './status.ts'
import { timer } from './timer.ts'
import { unblock } from './unblock.ts'
import { verify } from './verify.ts'
import { webVerify } from './web-verify.ts'
import { web } from './web.ts'

/** Every command, in the order in which people come to need them. */
export const COMMANDS: readonly Command[] = [
  init,
  invite,
  links,
  linksRevoke,
  add,
  requests,
  accept,
  decline,
  contacts,
  send,
  inbox,
  search,
  message,
  reply,
  react,
  edit,
  forward,
  star,
  unstar,
  starred,
  recall,
  deleteMessage,
  clear,
  forget,
  verify,
  block,
  unblock,
  chat,
  relays,
  relaysAdd,
  relaysRemove,
  relaysData,
  relaysTest,
  devices,
  devicesLink,
  devicesRename,
  devicesRemove,
  devicesRenew,
  direct,
  timer,
  keep,
  settings,
  passphrase,
  backup,
  restore,
  exportHistory,
  status,
  doctor,
  daemon,
  web,
  webVerify,
  report,
  reports,
  reportsShow,
  reportsAnswer,
  reportsWithdraw,
  desk,
  deskPage,
  deskList,
  deskShow,
  deskAnswer,
  deskState,
  deskTag,
  deskCounts,
  deskCanned
]
