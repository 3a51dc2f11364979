// What somebody does for the first time at this desk, in its order, and which of it he has done. Kept for each agent on
// this machine until all is done or he closes it.
import { computed, ref, watch } from 'vue'
import { defineTexts } from '@/i18n'
import { useClock } from '@/stores/clock'
import { useContact } from '@/stores/contact'
import { useForms } from '@/stores/forms'
import { useSession } from '@/stores/session'
import { useSoftphone } from '@/stores/softphone'

export const STEPS = ['microphone', 'seat', 'phone', 'available', 'answer', 'file', 'finish'] as const
export type Step = (typeof STEPS)[number]
export type Microphone = 'unknown' | 'granted' | 'denied' | 'missing'
const KEPT = 'hotline.firstSteps.'
const OVER = 'over'

export function useFirstSteps(inPage: () => boolean) {
  const session = useSession()
  const contact = useContact()
  const softphone = useSoftphone()
  const forms = useForms()
  const clock = useClock()
  const key = KEPT + (session.me?.agent ?? '')
  const kept = localStorage.getItem(key) ?? ''
  const over = ref(kept === OVER)
  const done = ref(new Set<Step>(kept === OVER ? [] : (kept.split(' ').filter(Boolean) as Step[])))
  const microphone = ref<Microphone>('unknown')
  const now = computed(() => STEPS.find((step) => !done.value.has(step)))
  /** He is ready and nothing has rung for a while. */
  const waitsLong = computed(() => now.value === 'answer' && contact.activity === 'idle' && clock.since(contact.seat?.activity_since) > 45)

  function end(): void {
    over.value = true
    localStorage.setItem(key, OVER)
  }
  function reach(step: Step): void {
    if (over.value || done.value.has(step)) return
    done.value = new Set([...done.value, step])
    if (done.value.size === STEPS.length) end()
    else localStorage.setItem(key, [...done.value].join(' '))
  }
  const when = (step: Step, so: () => boolean): void => void watch(so, (is) => is && reach(step), { immediate: true })

  when('microphone', () => microphone.value === 'granted' || !inPage() || softphone.talking)
  when('seat', () => contact.seat !== null)
  when('phone', () => contact.seat !== null && (inPage() ? softphone.ready : Boolean(contact.seat.reachable)))
  when('available', () => contact.seat?.presence === 'available')
  when('answer', () => contact.isTalking)
  when('file', () => Boolean(forms.current?.receipt))
  when('finish', () => done.value.has('file') && contact.seat !== null && contact.activity === 'idle')

  /** Asks the browser, which asks him; a refusal says what to do. */
  async function tryMicrophone(): Promise<void> {
    try {
      const heard = await navigator.mediaDevices.getUserMedia({ audio: true })
      for (const track of heard.getTracks()) track.stop()
      microphone.value = 'granted'
    } catch (fault) {
      microphone.value = fault instanceof DOMException && fault.name === 'NotFoundError' ? 'missing' : 'denied'
    }
  }
  async function look(): Promise<void> {
    const found = await navigator.permissions?.query({ name: 'microphone' as PermissionName }).catch(() => null)
    if (found?.state === 'granted') microphone.value = 'granted'
    if (found?.state === 'denied') microphone.value = 'denied'
  }
  return { over, done, now, microphone, waitsLong, end, look, tryMicrophone }
}

defineTexts('steps', {
  zh: {
    title: '第一次使用：照着做，接一通电话并填好工单', close: '不再显示', test: '检测麦克风', step: '第 {n} 步',
    name: { microphone: '耳麦', seat: '签入座席', phone: '话机就绪', available: '示闲', answer: '接听', file: '提交工单', finish: '结束话后' },
    hint: {
      microphone: '戴上耳麦，按“检测麦克风”；浏览器询问是否允许使用麦克风时，选“允许”。来电振铃的时间很短，请先做好这一步。',
      seat: '在下面选一个空着的座席，话机选“网页话机（耳麦）”，按“签入”。',
      phone: '话机正在连接，上方显示“话机就绪”即可。若一直连不上，请刷新页面。',
      available: '按上方绿色的“示闲”（F8），表示可以接电话。',
      answer: '等来电：耳机里有铃声，上方出现绿色的“接听”，按它或按 F2；没来得及接，系统会转给别人，您再按“示闲”即可。',
      file: '一边听一边填中间的工单：选诉求类型，写标题和内容，分类可打拼音（如 ludeng）后回车，带 * 的必填；然后“提交工单”（Ctrl + Enter）。通话说完按红色的“挂断”（F9）。',
      finish: '工单已提交。还在通话就先按“挂断”（F9），再按“结束话后”（F9），就可以接下一个电话了。',
    },
    denied: '浏览器不许使用麦克风：点地址栏左边的图标，把“麦克风”改为“允许”，再刷新页面。',
    missing: '没有找到麦克风：请插好耳麦，再按一次“检测麦克风”。',
    noCalls: '还没有来电？如果这是演示环境：请看启动它的终端，那里写着怎样让市民打进来。',
  },
  en: {
    title: 'For the first time: do these steps, take a call and file its ticket', close: 'Do not show again', test: 'Test the microphone', step: 'Step {n}',
    name: { microphone: 'Headset', seat: 'Take a seat', phone: 'Phone ready', available: 'Available', answer: 'Answer', file: 'File the ticket', finish: 'Finish' },
    hint: {
      microphone: 'Put on a headset and press “Test the microphone”; when the browser asks for the microphone, allow it. A call does not ring for long: do this first.',
      seat: 'Choose a free seat below, the phone “In this page (headset)”, and press “Sign in”.',
      phone: 'The phone connects: wait for “Phone ready” above. If it never comes, reload the page.',
      available: 'Press the green “Available” above (F8): you can take calls.',
      answer: 'Wait for a call: it rings in the headset and a green “Answer” appears above: press it, or F2. If you miss it, it goes to others, and you press “Available” again.',
      file: 'Fill the ticket in the middle while you listen: type, title and request; for the category type pinyin (ludeng) and Enter; fields with * are needed. Then “File the ticket” (Ctrl + Enter). When all is said press the red “Hang up” (F9).',
      finish: 'The ticket is filed. Hang up (F9) if you still talk, then press “Finish” (F9): you are ready for the next call.',
    },
    denied: 'The browser refuses the microphone: press the icon left of the address, allow the microphone, and reload the page.',
    missing: 'No microphone was found: plug in the headset and test again.',
    noCalls: 'No call yet? If this is a demonstration, look at the terminal that started it: it tells how to let citizens ring.',
  },
})
