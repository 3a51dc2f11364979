// A rule file's name as the page's address, and back: its dots are slashes, as in the config folder. Pure.
export const sectionOf = (file: string): string[] => file.split('.')
export const fileOf = (section: string | string[]): string => (Array.isArray(section) ? section.join('.') : section)
