/// <reference types="vite/client" />
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent<object, object, unknown>
  export default component
}
declare module 'jssip/lib/Parser' {
  export function parseMessage(data: string, ua: unknown): unknown
}
declare module 'virtual:pinyin' {
  export const readings: string
}
