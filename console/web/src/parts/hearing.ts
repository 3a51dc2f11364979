// Why a recording is heard, or a number seen, on every page.
import { defineTexts } from '@/i18n'

defineTexts('hearing', {
  zh: { own_call: '本人通话', quality: '质检', dispute: '申诉核实', case: '工单核实', security: '安全审计' },
  en: { own_call: 'own call', quality: 'quality', dispute: 'dispute', case: 'the case', security: 'security' },
})
