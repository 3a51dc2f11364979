export default {
  app: { name: '12345 Hotline', },
  shell: {
    signOut: 'Sign out',
    live: 'Live',
    asOf: 'As of {time}',
    reconnecting: 'Connection lost, reconnecting…',
    sessionLost: 'Your session has ended, sign in again; what you typed is kept on this machine.',
    language: '中文',
    alarms: 'Alarms',
    noAlarms: 'No alarms',
    forbidden: 'Your role does not include this page.',
    notFound: 'There is no such page.',
    back: 'Back',
    skip: 'Skip to content',
    nav: 'Main navigation',
  },
  login: {
    name: 'Account / agent no.',
    password: 'Password',
    enter: 'Sign in',
    hint: "Logins of a demonstration: the terminal that started it told one; all are in var/<name>/endpoints.json.",
    missing: 'Type account and password.',
  },
  password: {
    title: 'Change my password', present: 'Present password', wanted: 'New password', again: 'Once more', short: 'At least {n} characters.', differs: 'The two differ.', wrong: 'The present password is wrong.', done: 'The password is changed', hint: 'You are signed out on every other device; this window goes on.',
  },
  common: {
    ok: 'OK', cancel: 'Cancel', save: 'Save', close: 'Close', search: 'Search', more: 'More', none: 'None', yes: 'Yes', no: 'No',
    seconds: '{n} s', loading: 'Loading…', empty: 'Nothing here', all: 'All',
  },
  presence: { signed_out: 'Signed out', available: 'Available', paused: 'Paused' },
  activity: { idle: 'Idle', ringing: 'Ringing', talking: 'Talking', wrap_up: 'Wrap-up' },
}
