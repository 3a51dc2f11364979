// What queues are called here, and by which rules each works now: asked by the panel, used by all of the page.
import { shallowRef } from 'vue'
import type { Schemas } from '@/api/client'
import { named } from '@/i18n'

export const queueRules = shallowRef<Record<string, Schemas['QueueRules']>>({})
export const queueName = (queue: string | null): string => (queue ? named(queueRules.value[queue]) || queue : '')
