/* Copying, folding, tabs, ticking off. Everything can be read and done without this script. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value != null) node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  };
  const store = {
    get(key, otherwise) {
      try { return JSON.parse(localStorage.getItem("runbook:" + key)) ?? otherwise; } catch { return otherwise; }
    },
    set(key, value) {
      try { localStorage.setItem("runbook:" + key, JSON.stringify(value)); } catch { /* private browsing: nothing is kept */ }
    },
  };
  const live = make("div", { class: "rb-live", "aria-live": "polite" });
  document.body.append(live);
  const say = (words) => { live.textContent = words; };

  // --- copy: the text that is to be typed, never the prompt -------------------------------------------------------------
  const write = async (text) => {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* not allowed here: the old way */ }
    const area = make("textarea", { readonly: true, class: "rb-live" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  const copyButton = (what, text) => make("button", {
    type: "button", class: "rb-copy", "aria-label": `Copy ${what}`,
    async onclick() {
      const done = await write(text());
      const words = this.dataset.words ||= this.textContent;
      this.textContent = done ? "Copied" : "Not allowed";
      say(done ? `Copied ${what}` : "The browser did not allow copying");
      setTimeout(() => { this.textContent = words; }, 1600);
    },
  }, "Copy");
  for (const box of all(".rb-typed")) box.append(copyButton("command", () => box.querySelector("kbd").textContent));
  for (const box of all(".rb-edit")) {
    const patch = box.querySelector(".rb-patch");
    box.append(copyButton(patch ? "patch" : "lines", () => (patch ? patch.textContent : all(".rb-add", box).map((line) => line.textContent).join("\n")) + "\n"));
  }
  for (const box of all(".rb-listing")) box.append(copyButton("listing", () => box.querySelector("code").textContent));

  // --- values: what the reader writes here goes into commands, outputs and the script's line, and nowhere else -----------
  const TYPES = {
    integer: [/^\d{1,18}$/, "a whole number"],
    "ip-address": [/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$|^[\da-f:]*:[\da-f:.]*$/i, "an IP address"],
    hostname: [/^(?=.{1,253}$)[a-z\d](?:[a-z\d-]{0,62})(?:\.[a-z\d][a-z\d-]{0,62})*$/i, "a host name"],
    path: [/^(?!-)[\w@%+=:,./~-]{1,255}$/, "a path without blanks"],
    string: [/^(?!-)[\w@%+=:,./-]{1,255}$/, "letters, digits and any of _@%+=:,./-"],
  };
  const fields = all(".rb-values dd[data-name]").map((dd, number) => {
    const own = dd.textContent;
    const [pattern, words] = TYPES[dd.dataset.type] ?? TYPES.string;
    const label = dd.previousElementSibling;
    const secret = dd.hasAttribute("data-secret");
    label.id = `rb-value-${number}`;
    const input = make("input", { type: secret ? "password" : "text", "aria-labelledby": label.id, "aria-describedby": `rb-wrong-${number}`, autocomplete: secret ? "new-password" : "off", spellcheck: "false", placeholder: own });
    const wrong = make("p", { class: "rb-wrong", id: `rb-wrong-${number}`, role: "status" });
    dd.replaceChildren(input, wrong);
    return { name: dd.dataset.name, input, wrong, pattern: secret ? /^[!-~]{1,255}$/ : pattern, words: secret ? "one word of plain letters, digits and signs" : words, secret, value: secret ? dd.dataset.name : own, own: secret ? dd.dataset.name : own };
  });
  if (fields.length) {
    const line = make("code");
    const set = make("p", { class: "rb-set" }, line);
    const page = "values:" + location.pathname;
    const open = () => fields.filter((f) => !f.secret && f.value !== f.own).map((f) => [f.name, f.value]);
    const address = () => location.href.split("#")[0] + (open().length ? "#values?" + new URLSearchParams(open()) : "");
    const link = copyButton("link with these values", address);
    link.classList.add("rb-link");
    link.textContent = "Copy link";
    const clear = make("button", { type: "button", class: "rb-copy rb-clear", onclick() { fields.forEach((f) => { f.input.value = ""; }); apply(); keep(); fields[0].input.focus(); } }, "Clear");
    set.append(copyButton("this line", () => line.textContent), link, clear);
    const keep = () => store.set(page, Object.fromEntries(open()));
    const apply = () => {
      for (const field of fields) {
        const typed = field.input.value;
        const fine = !typed || field.pattern.test(typed);
        field.input.setAttribute("aria-invalid", String(!fine));
        field.wrong.textContent = fine ? "" : `Must be ${field.words}; the page's own value stays.`;
        field.value = fine && typed ? typed : field.own;
        for (const place of all("var[data-value]")) {
          if (place.dataset.value !== field.name) continue;
          place.textContent = field.value;
          place.classList.toggle("rb-mine", field.value !== field.own);
        }
      }
      const mine = fields.filter((f) => f.value !== f.own && /^\w+$/.test(f.name)); // a name with other signs is none that the script knows
      set.hidden = !mine.length;
      line.textContent = mine.filter((f) => f.secret).map((f) => `read -rsp '${f.name}: ' ${f.name}; export ${f.name}; `).join("") +
        "bash verify.sh" + mine.map((f) => ` --set ${f.name}${f.secret ? "" : `=${f.value}`}`).join("");
    };
    const fill = () => {
      const linked = location.hash.startsWith("#values?");
      const given = linked ? Object.fromEntries(new URLSearchParams(location.hash.slice(8))) : store.get(page, {});
      for (const field of fields) if (!field.secret) field.input.value = typeof given[field.name] === "string" ? given[field.name] : "";
      apply();
    };
    for (const field of fields) field.input.addEventListener("input", () => { apply(); keep(); });
    addEventListener("hashchange", () => { if (location.hash.startsWith("#values?")) fill(); });
    document.querySelector(".rb-values__note").before(set);
    fill();
  }

  // --- how long ago, and tables by any of their columns -------------------------------------------------------------------
  for (const time of all(":is(.rb-provenance, .rb-verified, .rb-list) time[datetime]")) {
    const days = Math.floor((Date.now() - Date.parse(time.dateTime)) / 864e5);
    const [number, unit] = days < 60 ? [days, "day"] : days < 730 ? [Math.round(days / 30.44), "month"] : [Math.round(days / 365.25), "year"];
    if (!(days >= 0)) continue;
    const ago = new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-number, unit);
    if (time.closest(".rb-head")) { time.nextElementSibling.textContent = `\u00a0(${ago})`; continue; }
    time.title = time.textContent;
    time.textContent = ago;
  }
  for (const table of all("table[data-sort]")) {
    const heads = all("thead th", table);
    const value = (row, i) => {
      const cell = row.cells[i];
      return cell.querySelector(".rb-state") ? cell.textContent : cell.querySelector("time")?.dateTime || cell.textContent.trim();
    };
    heads.forEach((head, i) => {
      head.replaceChildren(make("button", {
        type: "button", class: "rb-sort",
        onclick() {
          const down = head.getAttribute("aria-sort") === "ascending";
          heads.forEach((other) => other.removeAttribute("aria-sort"));
          head.setAttribute("aria-sort", down ? "descending" : "ascending");
          const rows = all("tbody tr", table).sort((a, b) => value(a, i).localeCompare(value(b, i), undefined, { numeric: true }));
          table.tBodies[0].append(...(down ? rows.reverse() : rows));
        },
      }, ...head.childNodes));
    });
  }

  // --- long outputs fold; print shows them whole ------------------------------------------------------------------------
  for (const box of all(".rb-output[data-fold]")) {
    const more = make("button", {
      type: "button", class: "rb-more", "aria-expanded": "false",
      onclick() {
        const folded = box.classList.toggle("rb-folded");
        this.setAttribute("aria-expanded", String(!folded));
        this.textContent = folded ? `Show all ${box.dataset.fold} lines` : "Show less";
      },
    }, `Show all ${box.dataset.fold} lines`);
    box.classList.add("rb-folded");
    box.append(more);
  }

  // --- alternatives become tabs that remember the choice -----------------------------------------------------------------
  all(".rb-choice--alternative").forEach((choice, number) => {
    const branches = all(":scope > .rb-branch", choice);
    if (branches.length < 2) return;
    const key = "tab:" + branches.map((b) => b.dataset.label).join("|");
    const tabs = branches.map((branch, i) => {
      branch.id ||= `rb-branch-${number}-${i}`;
      branch.setAttribute("role", "tabpanel");
      const tab = make("button", { type: "button", role: "tab", id: `${branch.id}-tab`, "aria-controls": branch.id }, branch.dataset.label);
      branch.setAttribute("aria-labelledby", tab.id);
      return tab;
    });
    const select = (i, focus) => {
      tabs.forEach((tab, n) => {
        tab.setAttribute("aria-selected", String(n === i));
        tab.tabIndex = n === i ? 0 : -1;
        branches[n].hidden = n !== i;
      });
      if (focus) tabs[i].focus();
    };
    tabs.forEach((tab, i) => tab.addEventListener("click", () => { select(i); store.set(key, branches[i].dataset.label); }));
    const list = make("div", {
      role: "tablist", class: "rb-tabs", "aria-label": "Alternatives",
      onkeydown(event) {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const next = (tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length;
        select(next, true);
        store.set(key, branches[next].dataset.label);
      },
    }, ...tabs);
    choice.classList.add("rb-tabbed");
    choice.prepend(list);
    select(Math.max(0, branches.findIndex((b) => b.dataset.label === store.get(key))));
  });

  // --- ticking off: kept by a step's digest, so that a changed step loses its tick ---------------------------------------
  const steps = all("section.rb-step");
  if (steps.length) {
    const page = "done:" + location.pathname;
    const kept = store.get(page, {});
    const boxes = steps.map((step) => make("input", { type: "checkbox" }));
    const bar = make("progress", { max: steps.length, value: 0, "aria-label": "Steps done" });
    const words = make("span");
    const next = make("a", { class: "rb-next", href: "#" });
    const reset = make("button", { type: "button", class: "rb-copy", onclick() { boxes.forEach((box) => { box.checked = false; }); save(); } }, "Start again");
    const contents = steps.map((step) => all("nav a[href]").filter((a) => a.hash === "#" + encodeURIComponent(step.dataset.step) && a.pathname === location.pathname));
    const heading = (step) => step.previousElementSibling;
    const title = (step) => document.getElementById(step.dataset.step)?.textContent.replace(/\s*[#¶]\s*$/, "").trim() ?? "";
    const show = () => {
      const done = boxes.filter((box) => box.checked).length;
      const open = boxes.findIndex((box) => !box.checked);
      steps.forEach((step, i) => [step, heading(step), ...contents[i]].forEach((node) => {
        node?.classList.toggle("rb-done", boxes[i].checked);
        node?.classList.toggle("rb-now", Boolean(done) && i === open);
      }));
      bar.value = done;
      words.textContent = `${done} of ${steps.length} steps done`;
      next.hidden = open < 0;
      reset.hidden = !done;
      if (open >= 0) {
        next.href = "#" + encodeURIComponent(steps[open].dataset.step);
        next.textContent = `${done ? "Continue with" : "Start with"} ${title(steps[open])}`;
      }
      return done;
    };
    const save = () => {
      store.set(page, Object.fromEntries(steps.flatMap((step, i) => (boxes[i].checked ? [[step.dataset.step, step.dataset.digest]] : []))));
      say(`${show()} of ${steps.length} steps done`);
    };
    steps.forEach((step, i) => {
      const was = kept[step.dataset.step];
      boxes[i].checked = was === step.dataset.digest;
      boxes[i].addEventListener("change", save);
      if (was && was !== step.dataset.digest) step.prepend(make("p", { class: "rb-changed" }, "This step has changed since it was ticked off."));
      step.append(make("label", { class: "rb-tick" }, boxes[i], `Step ${step.previousElementSibling?.querySelector(".rb-number")?.firstChild?.textContent ?? ""} done`.replace("  ", " ")));
    });
    const follow = make("div", { class: "rb-follow", role: "group", "aria-label": "Progress" }, words, bar, next, reset);
    (steps[0].closest("article, main") ?? document.body).append(follow);
    show();

    // --- keys: j and k go from step to step, x ticks off; they can be switched off ----------------------------------------
    const keys = make("input", { type: "checkbox" });
    keys.checked = store.get("keys", true);
    keys.addEventListener("change", () => store.set("keys", keys.checked));
    follow.append(make("label", { class: "rb-keys" }, keys, " keys: j next, k back, x done"));
    const current = () => {
      const middle = innerHeight / 3;
      return steps.reduce((found, step, i) => ((heading(step) ?? step).getBoundingClientRect().top <= middle ? i : found), -1);
    };
    const go = (i) => {
      const target = document.getElementById(steps[Math.min(Math.max(i, 0), steps.length - 1)].dataset.step);
      target?.scrollIntoView({ block: "start" });
      target?.setAttribute("tabindex", "-1");
      target?.focus({ preventScroll: true });
    };
    const actions = { j: () => go(current() + 1), k: () => go(current() - 1), x: () => { const i = Math.max(current(), 0); boxes[i].checked = !boxes[i].checked; save(); } };
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
      if (!keys.checked || typing || event.ctrlKey || event.metaKey || event.altKey || !actions[event.key]) return;
      event.preventDefault();
      actions[event.key]();
    });
  }
})();
