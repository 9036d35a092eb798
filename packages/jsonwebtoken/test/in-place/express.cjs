'use strict';
// Express, but `listen` takes a free port of this machine, and says which.
const express = require('express');

module.exports = Object.assign(
  () =>
    Object.assign(express(), {
      listen(_port, ready) {
        const server = require('node:http')
          .createServer(this)
          .listen(0, '127.0.0.1', () => {
            console.log(`port ${server.address().port}`);
            ready?.();
          });
        return server;
      },
    }),
  express,
);
