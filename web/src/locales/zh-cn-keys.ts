import type { enKeys } from './en-keys.ts'

export const zhCnKeys: Readonly<Record<keyof typeof enKeys, string>> = {
  'error.passkey-required': 'Sealpost 已锁定，请使用通行密钥。',
  'error.passkey-wrong': '这个通行密钥打不开此浏览器中的内容，请换一个。',
  'error.last-way-in': '这是最后一种解锁方式，请先添加另一种。',
  'error.too-many-ways': '解锁方式已有八种，请先删除一种。',
  'error.reports-full':
    '您在那里已有五份未了结的报告，或今天已写了 20 次。请等待答复，或撤回一份。',
  'passkey.unsupported': '此浏览器不支持通行密钥。口令在任何地方都能用。',
  'passkey.address':
    '通行密钥属于一个域名，而此页面是用数字地址打开的。请改用 http://localhost 或 https 打开；浏览器在数字地址下保存的内容仍留在那里，请先备份，再到新地址恢复。',
  'passkey.no-prf':
    '这个通行密钥无法用来加封：它或此浏览器缺少所需的功能（PRF）。请换一个，或使用口令。你可以在保存通行密钥的地方将它删除。',
  'passkey.lacking':
    '此浏览器的通行密钥无法用来加封：它缺少所需的功能（PRF）。口令在任何地方都能用。',
  'passkey.failed': '通行密钥未能使用：所在设备或此浏览器出错。请重试，或使用口令。',
  'passkey.cancelled': '没有使用通行密钥：已取消、超时，或此处已有该密钥。',

  'protect.by': '用什么解锁',
  'protect.by.passphrase': '口令',
  'protect.by.passkey': '通行密钥',
  'protect.by.both': '两者兼备',
  'protect.passkey.lead':
    '用手机、电脑或安全密钥在这里解锁 Sealpost，方式与解锁设备相同：指纹、面容或 PIN 码，无需记忆。',
  'protect.passkey.loss':
    '一旦丢失，此浏览器保存的内容就会丢失，任何人都无法重置，只有备份能找回。你可以在设置中再添加口令或另一个通行密钥。',
  'protect.passkey.make': '创建通行密钥',
  'protect.both.lead': '每次都需要口令和通行密钥，缺一不可。只有其中之一的人无法进入。',
  'protect.both.loss':
    '丢失其中任何一个，此浏览器保存的内容就会丢失，任何人都无法重置，只有备份（及其口令或恢复短语）能找回。',
  'protect.passkey.wait': '正在等待通行密钥…',
  'protect.passphrase.instead': '改用口令',
  'protect.number': '通行密钥属于一个域名，而此页面是用数字地址打开的。',
  'protect.number.move': '用 localhost 打开',
  'protect.number.https': '如需使用，请通过 https 和域名打开。',

  'ways.title': '解锁方式',
  'ways.failed': '无法读取：{reason}',
  'ways.passphrase': '口令',
  'ways.passkey': '通行密钥',
  'ways.both': '口令加通行密钥，缺一不可',
  'ways.added': '{day}添加',
  'ways.remove': '删除',
  'ways.set': '设置口令',
  'ways.set.lead':
    '此后旧口令在这里不再有效。但他人此前复制的浏览器数据仍可用旧口令打开，备份文件的口令也不变。',
  'ways.set.both': '除本次使用的通行密钥外，其余的将在这里失效，需重新添加。',
  'ways.add': '添加通行密钥',
  'ways.add.lead':
    '用手机、电脑或安全密钥在这里解锁 Sealpost。既没有它也没有其他解锁方式的人无法进入。',
  'ways.require': '要求两者兼备',
  'ways.require.lead':
    '此后必须同时使用口令和通行密钥才能打开。丢失其中任何一个，此浏览器保存的内容就会丢失，只有备份和恢复短语才能找回。其他解锁方式将全部删除。',
  'ways.either': '任用其一即可',
  'ways.either.lead': '单用口令或单用通行密钥都能打开。其他通行密钥将被删除。',
  'ways.remove.lead': '这种解锁方式将在这里失效。',
  'ways.now': '当前口令',
  'ways.now.hint': '留空则使用通行密钥。',
  'ways.new': '新口令',
  'ways.do': '确认',
  'ways.wait': '请稍候…',
  'ways.done': '已完成。',

  'unlock.passkey': '使用通行密钥',
  'unlock.both': '接下来会要求使用通行密钥。'
}
