import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { tellClient } from './api/client'
import { useElement } from './element'
import { i18n } from './i18n'
import { router } from './router'
import { useSession } from './stores/session'
import './styles/tokens.css'
import './styles/base.css'

const app = createApp(App)
app.use(createPinia())
app.use(i18n)
useElement(app)
tellClient({ onSessionLost: () => useSession().lose() })
app.use(router)
app.mount('#app')
