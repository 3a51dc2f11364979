// Two languages, Chinese first. A page brings its own texts: `defineTexts('cases', { zh, en })`, then t('cases.title').
import elementEn from 'element-plus/es/locale/lang/en'
import elementZh from 'element-plus/es/locale/lang/zh-cn'
import { computed } from 'vue'
import { createI18n, type Composer } from 'vue-i18n'
import { tellClient } from './api/client'
import en from './texts/en'
import zh from './texts/zh'

export type Language = 'zh' | 'en'
const KEPT = 'hotline.language'
const first = (localStorage.getItem(KEPT) as Language | null) ?? 'zh'

export const i18n = createI18n({
  legacy: false,
  locale: first,
  fallbackLocale: 'zh',
  messages: { zh, en },
  missingWarn: false,
  fallbackWarn: false,
})
const spoken = i18n.global as unknown as Composer
tellClient({ language: first })

export function defineTexts(page: string, texts: { zh: object; en: object }): void {
  spoken.mergeLocaleMessage('zh', { [page]: texts.zh })
  spoken.mergeLocaleMessage('en', { [page]: texts.en })
}

export function speak(language: Language): void {
  spoken.locale.value = language
  localStorage.setItem(KEPT, language)
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  tellClient({ language })
}

export const language = computed(() => spoken.locale.value as Language)
export const elementLocale = computed(() => (language.value === 'zh' ? elementZh : elementEn))
/** `name_zh` or `name_en` of anything that has both. */
export const named = (of: { name_zh: string; name_en: string } | null | undefined): string => (of ? (language.value === 'zh' ? of.name_zh : of.name_en) : '')
