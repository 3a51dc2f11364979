// What a skill's key says: special seats, dialects, languages, experts, merged hotlines are all skills. Pure.
export type SkillKind = 'special' | 'dialect' | 'minority' | 'foreign' | 'expert' | 'former' | ''
const BY_PREFIX: Record<string, SkillKind> = { dialect: 'dialect', minority_lang: 'minority', foreign: 'foreign', expert: 'expert', hotline: 'former' }

export function kindOfSkill(skill: string): SkillKind {
  if (skill === 'general') return ''
  return BY_PREFIX[skill.split(':')[0] ?? ''] ?? 'special'
}
