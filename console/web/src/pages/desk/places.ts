import type { InjectionKey } from 'vue'

/** The fields that the form shows now, so that an error elsewhere is not lost. */
export const PLACES: InjectionKey<Set<string>> = Symbol('places')
