/* Material's inline script that applies the reader's choice of light or dark before the page is drawn, in a file. */
"use strict";
(() => {
  const color = window.__md_get?.("__palette")?.color;
  if (!color) return;
  if (color.media === "(prefers-color-scheme)") {
    const scheme = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
    const input = document.querySelector(`[data-md-color-media='(prefers-color-scheme: ${scheme})']`);
    for (const key of ["media", "scheme", "primary", "accent"]) color[key] = input?.getAttribute(`data-md-color-${key}`) ?? color[key];
  }
  for (const [key, value] of Object.entries(color)) document.body.setAttribute(`data-md-color-${key}`, value);
})();
