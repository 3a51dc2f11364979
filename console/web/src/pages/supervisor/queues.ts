// By which rules each queue works now: asked by the panel.
import { shallowRef } from 'vue'
import type { Schemas } from '@/api/client'

export const queueRules = shallowRef<Record<string, Schemas['QueueRules']>>({})
