// What a page says in passing: a failure with its remedy, or that something is done.
import { ElMessage } from 'element-plus'
import { ApiProblem } from '@/api/client'

export function tell(text: string, type: 'success' | 'info' | 'warning' = 'success'): void {
  ElMessage({ message: text, type, duration: 2500, grouping: true })
}

/** For whatever was caught: an ApiProblem says what is wrong and what to do; anything else is a fault of ours. */
export function complain(fault: unknown): void {
  if (fault instanceof ApiProblem) {
    const of = fault.fields.map((field) => field.problem).join(' ')
    ElMessage({ message: [fault.problem, of, fault.remedy].filter(Boolean).join(' '), type: 'error', duration: 6000, showClose: true, grouping: true })
    return
  }
  ElMessage({ message: String(fault), type: 'error', duration: 6000, showClose: true })
  throw fault
}
