'use strict';
// Loaded before a program (--require): writes what the process used into the file that USAGE_TO names.
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpu: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS / 1024 };
  writeFileSync(process.env.USAGE_TO, JSON.stringify(usage));
});
