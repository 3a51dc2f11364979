import type { InjectionKey, ShallowRef } from 'vue'
import type { Schemas } from '@/api/client'

/** What the desk may choose from (GET /api/desk), once for all its parts. */
export const CHOICES: InjectionKey<ShallowRef<Schemas['DeskChoices'] | null>> = Symbol('choices')
