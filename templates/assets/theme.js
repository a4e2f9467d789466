/* What Material's pages hold as an inline script, in a file, so that a strict Content-Security-Policy can stand. */
"use strict";
window.__md_scope = new URL(document.currentScript.dataset.base, location);
window.__md_hash = (text) => [...text].reduce((hash, c) => (hash << 5) - hash + c.charCodeAt(0), 0);
window.__md_get = (key, storage = localStorage, scope = window.__md_scope) => {
  try { return JSON.parse(storage.getItem(`${scope.pathname}.${key}`)); } catch { return null; }
};
window.__md_set = (key, value, storage = localStorage, scope = window.__md_scope) => {
  try { storage.setItem(`${scope.pathname}.${key}`, JSON.stringify(value)); } catch { /* nothing is kept */ }
};
