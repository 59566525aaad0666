import type { enKeys } from './en-keys.ts'

export const zhCnKeys: Readonly<Record<keyof typeof enKeys, string>> = {
  'error.passkey-required': 'Sealpost 已锁定，请使用通行密钥。',
  'error.passkey-wrong': '这个通行密钥打不开此浏览器中的内容，请换一个。',
  'error.last-way-in': '这是最后一种解锁方式，请先添加另一种。',
  'error.too-many-ways': '解锁方式已有八种，请先删除一种。'
}
