#!/usr/bin/env node
// A file of its own, since package managers link a command at install, before anything is built.
await import("../dist/bin.js");
