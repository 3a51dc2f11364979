// Orders of a supervisor: each asks why first, says what came of it.
import { ElMessageBox } from 'element-plus'
import 'element-plus/es/components/message-box/style/css'
import { complain, tell } from '@/parts/say'

type Translate = (key: string, named?: Record<string, unknown>) => string

/** The reason typed, or null when the order was given up. */
export async function reasonFor(t: Translate, what: string): Promise<string | null> {
  const words = { confirmButtonText: t('common.ok'), cancelButtonText: t('common.cancel'), inputPattern: /^\s*\S[\s\S]{0,198}\S\s*$/, inputErrorMessage: t('supervisor.reason') }
  const given = await ElMessageBox.prompt(t('supervisor.reason'), what, words).catch(() => null)
  return given ? String(given.value).trim() : null
}

/** Asks why, then does it; true when it was done. */
export async function ordered(t: Translate, what: string, act: (reason: string) => Promise<unknown>): Promise<boolean> {
  const reason = await reasonFor(t, what)
  if (reason === null) return false
  try {
    await act(reason)
    tell(t('supervisor.done'))
    return true
  } catch (fault) {
    complain(fault)
    return false
  }
}
