import type { enKeys } from './en-keys.ts'

export const zhCnKeys: Readonly<Record<keyof typeof enKeys, string>> = {
  'error.passkey-required': 'Sealpost 已锁定，请使用通行密钥。',
  'error.passkey-wrong': '这个通行密钥打不开此浏览器中的内容，请换一个。',
  'error.last-way-in': '这是最后一种解锁方式，请先添加另一种。',
  'error.too-many-ways': '解锁方式已有八种，请先删除一种。',
  'passkey.unsupported': '此浏览器不支持通行密钥。口令在任何地方都能用。',
  'passkey.address':
    '通行密钥属于一个域名，而此页面是用数字地址打开的。请改用 http://localhost 或 https 打开；浏览器在数字地址下保存的内容仍留在那里，请先备份，再到新地址恢复。',
  'passkey.no-prf':
    '这个通行密钥无法用来加封：它或此浏览器缺少所需的功能（PRF）。请换一个，或使用口令。你可以在保存通行密钥的地方将它删除。',
  'passkey.cancelled': '没有使用通行密钥：已取消、超时，或此处已有该密钥。',

  'ways.title': '解锁方式',
  'ways.failed': '无法读取：{reason}',
  'ways.passphrase': '口令',
  'ways.passkey': '通行密钥',
  'ways.both': '口令加通行密钥，缺一不可',
  'ways.added': '添加于 {day}',
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
