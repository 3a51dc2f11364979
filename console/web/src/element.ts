// The Element Plus components that every page may use without import. A page that needs more (table, date picker ...)
// imports them itself, so that they load with that page:
//   import { ElTable, ElTableColumn } from 'element-plus'
//   import 'element-plus/es/components/table/style/css'
import {
  ElAlert, ElBadge, ElButton, ElCheckbox, ElConfigProvider, ElDialog, ElDropdown, ElDropdownItem, ElDropdownMenu,
  ElForm, ElFormItem, ElIcon, ElInput, ElOption, ElPopover, ElRadioButton, ElRadioGroup, ElSelect, ElSwitch, ElTag, ElTooltip,
} from 'element-plus'
import 'element-plus/es/components/base/style/css'
import 'element-plus/es/components/alert/style/css'
import 'element-plus/es/components/badge/style/css'
import 'element-plus/es/components/button/style/css'
import 'element-plus/es/components/checkbox/style/css'
import 'element-plus/es/components/dialog/style/css'
import 'element-plus/es/components/dropdown/style/css'
import 'element-plus/es/components/form/style/css'
import 'element-plus/es/components/icon/style/css'
import 'element-plus/es/components/input/style/css'
import 'element-plus/es/components/message/style/css'
import 'element-plus/es/components/option/style/css'
import 'element-plus/es/components/popover/style/css'
import 'element-plus/es/components/radio-button/style/css'
import 'element-plus/es/components/radio-group/style/css'
import 'element-plus/es/components/select/style/css'
import 'element-plus/es/components/switch/style/css'
import 'element-plus/es/components/tag/style/css'
import 'element-plus/es/components/tooltip/style/css'
import type { App } from 'vue'

export function useElement(app: App): void {
  for (const component of [
    ElAlert, ElBadge, ElButton, ElCheckbox, ElConfigProvider, ElDialog, ElDropdown, ElDropdownItem, ElDropdownMenu,
    ElForm, ElFormItem, ElIcon, ElInput, ElOption, ElPopover, ElRadioButton, ElRadioGroup, ElSelect, ElSwitch, ElTag, ElTooltip,
  ])
    app.component(component.name as string, component)
}
