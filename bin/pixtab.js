#!/usr/bin/env node
// The name under which scripts started it before it was CommonJS.
import './pixtab.cjs';
