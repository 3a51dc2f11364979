// The build of console/web: hashed names, no inline script or style (CSP), gzip beside each file.
import { fileURLToPath } from 'node:url'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'
import { pinyinTable } from './pinyin.ts'

/** aiohttp serves `x.js.gz` for `x.js` to whoever takes gzip. */
function gzipBeside(): Plugin {
  let folder = ''
  const all = (at: string): string[] =>
    readdirSync(at).flatMap((name) => (statSync(join(at, name)).isDirectory() ? all(join(at, name)) : [join(at, name)]))
  return {
    name: 'gzip-beside',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir
    },
    closeBundle() {
      for (const file of all(join(import.meta.dirname, folder)))
        if (/\.(js|css|svg|html)$/.test(file)) writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }))
    },
  }
}

export default defineConfig({
  plugins: [vue(), pinyinTable(), gzipBeside()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __VUE_OPTIONS_API__: 'true', __VUE_I18N_FULL_INSTALL__: 'true', __VUE_I18N_LEGACY_API__: 'false' },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy: { '/api': { target: process.env.HOTLINE_CONSOLE ?? 'http://127.0.0.1:8080', ws: true }, '/sip': { target: process.env.HOTLINE_CONSOLE ?? 'http://127.0.0.1:8080', ws: true } } },
})
