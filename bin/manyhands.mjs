#!/usr/bin/env node
// Starts the CLI, or says in one line why it cannot. Old syntax on purpose: any Node with modules can read it.
var needed = [22, 18]
var found = process.versions.node.split('.').map(Number)

if (found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])) {
  console.error(
    'manyhands needs Node.js ' + needed.join('.') + ' or newer, and this is ' + process.versions.node +
      ' (' + process.execPath + '); install one from https://nodejs.org or with your version manager, such as `nvm install 24`'
  )
  process.exitCode = 2
} else {
  var main = new URL('../dist/cli/main.js', import.meta.url)
  import(main.href).catch(function (error) {
    if (error && error.code === 'ERR_MODULE_NOT_FOUND' && error.url === main.href) {
      console.error('manyhands is not built here: ' + main.pathname + ' is missing; run `npm ci && npm run build`')
      process.exitCode = 2
    } else {
      throw error
    }
  })
}
