/** A call chosen for the archive; what is not known of it is null. */
export interface Chosen {
  call: string
  arrived_at: string | null
  caller: string
  recorded: boolean | null
}
