// Orders that need a reason: each asks why first, says what came of it.
import { ElMessageBox } from 'element-plus'
import 'element-plus/es/components/message-box/style/css'
import { defineTexts, i18n } from '@/i18n'
import { complain, tell } from '@/parts/say'

defineTexts('asking', {
  zh: { reason: '请填写原因（至少两个字，将记入日志）', done: '已执行' },
  en: { reason: 'Say why (two characters or more; it is journaled)', done: 'Done' },
})
const t = (key: string): string => i18n.global.t(key)

/** What was typed, or null when the order was given up. `least`: so many characters are wanted. */
export async function said(what: string, question: string, least: 0 | 2): Promise<string | null> {
  const pattern = least ? /^\s*\S[\s\S]{0,198}\S\s*$/ : /^[\s\S]{0,200}$/
  const words = { confirmButtonText: t('common.ok'), cancelButtonText: t('common.cancel'), inputPattern: pattern, inputErrorMessage: question }
  const given = await ElMessageBox.prompt(question, what, words).catch(() => null)
  return given ? String(given.value ?? '').trim() : null
}

/** Does it; true when it was done. */
export async function done(act: Promise<unknown>, text = t('asking.done')): Promise<boolean> {
  try {
    await act
    tell(text)
    return true
  } catch (fault) {
    complain(fault)
    return false
  }
}

/** Asks why, then does it; true when it was done. */
export async function ordered(what: string, act: (reason: string) => Promise<unknown>): Promise<boolean> {
  const reason = await said(what, t('asking.reason'), 2)
  return reason === null ? false : done(act(reason))
}

/** Asks whether it is meant; true when it is. */
export async function sure(what: string, question: string): Promise<boolean> {
  const words = { confirmButtonText: t('common.ok'), cancelButtonText: t('common.cancel') }
  return (await ElMessageBox.confirm(question, what, words).catch(() => null)) !== null
}
