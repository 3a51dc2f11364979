// Every action by keyboard. Function keys alone, so that no letter typed into the form can do anything to the call.
import { onBeforeUnmount, onMounted } from 'vue'
import { useContact } from '@/stores/contact'
import { useForms } from '@/stores/forms'
import { useSoftphone } from '@/stores/softphone'
import { order } from './orders'

export const EMERGENCY_KEYS = ['F1', 'F2', 'F3', 'F4'] // with Shift: the first lines of the directory, as they stand on the bar

/** Parts of the desk that a key opens say so by a custom event on window. */
type Part = 'move' | 'dial' | 'pause' | 'category' | 'keys'
export const openPart = (part: Part): boolean => window.dispatchEvent(new CustomEvent(`desk:${part}`))
export function onPart(part: Part, then: () => void): void {
  const hear = (): void => then()
  onMounted(() => window.addEventListener(`desk:${part}`, hear))
  onBeforeUnmount(() => window.removeEventListener(`desk:${part}`, hear))
}

/** `emergency`: the codes of the directory, in its order. */
export function useDeskKeys(page: { help(): void; emergency(): string[]; greets(): boolean }): void {
  const contact = useContact()
  const softphone = useSoftphone()
  const forms = useForms()

  function press(event: KeyboardEvent): void {
    const action = event.shiftKey ? emergency(event.key) : event.ctrlKey ? withControl(event.key) : plain(event.key)
    if (!action) return
    event.preventDefault()
    event.stopPropagation()
    action()
  }
  function emergency(key: string): (() => void) | undefined {
    const code = page.emergency()[EMERGENCY_KEYS.indexOf(key)]
    return code && contact.call ? () => void contact.emergency(code) : undefined
  }
  function withControl(key: string): (() => void) | undefined {
    if (key === 'Enter' && forms.shown) return () => void forms.submit(forms.shown as string)
    if (key === 's' && forms.shown) return () => void forms.save(forms.shown as string)
    return undefined
  }
  function plain(key: string): (() => void) | undefined {
    const talking = contact.isTalking
    const keys: Record<string, (() => void) | false> = {
      F1: page.help,
      F2: softphone.ringing ? softphone.answer : talking && page.greets() && (() => void contact.greet()),
      F3: talking && softphone.talking && (() => void openPart('keys')),
      F4: contact.activity === 'wrap_up' ? () => void order.extendWrapUp() : talking && (() => void (contact.consulting ? contact.cancelConsult() : contact.toggleHold())),
      F6: () => void openPart('category'),
      F7: softphone.talking && (() => softphone.mute(!softphone.muted)),
      F8: contact.seat?.presence === 'paused' ? () => void order.available() : () => void openPart('pause'),
      F9: contact.activity === 'wrap_up' ? () => void order.finishWrapUp() : (talking || softphone.ringing || softphone.talking) && (() => void contact.hangUp()),
      F10: talking && (() => void (contact.consulting ? contact.completeConsult() : openPart('move'))),
      F11: !talking && (() => void openPart('dial')),
    }
    return keys[key] || undefined
  }
  onMounted(() => window.addEventListener('keydown', press, true))
  onBeforeUnmount(() => window.removeEventListener('keydown', press, true))
}
