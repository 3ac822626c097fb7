// Says in one line what to do where the Node that runs the npm scripts is too old. Old syntax: any Node can read it.
'use strict'
var needed = /(\d+)\.(\d+)/.exec(require('../package.json').engines.node)
var found = process.versions.node.split('.').map(Number)

if (found[0] < needed[1] || (found[0] === Number(needed[1]) && found[1] < needed[2])) {
  console.error(
    'manyhands needs Node ' + needed[0] + ' or newer, and this is ' + process.version + ' (' + process.execPath + '). ' +
      '`npm ci` brings Node 24 along by an install script of the package `node`, which did not run here: ' +
      'run `npm ci --ignore-scripts=false`, or put a newer Node on PATH.'
  )
  process.exit(2)
}
