"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const panel = document.getElementById("panel");
  const body = panel.querySelector(".panel-body");
  let opener = null;

  // Versions: one at a time once there is a script to switch them.
  const runs = all(".run");
  function showRun(run) {
    runs.forEach((other) => { other.hidden = other !== run; });
    all(".versions a").forEach((link) => {
      link.toggleAttribute("aria-current", link.hash === "#" + run.id);
    });
    measure(run);
  }
  function measure(run) {
    const form = run.querySelector(".filter");
    if (form) root.style.setProperty("--filter-height", form.offsetHeight + "px");
  }

  // Filters.
  const states = new Map();
  all(".matrix").forEach((matrix) => {
    const form = matrix.querySelector(".filter");
    const legend = matrix.querySelector(".legend");
    const groups = all("tbody", matrix).map((group) => ({
      group, section: group.dataset.section,
      rows: all("tr:not(.section)", group).map((row) => ({
        row, cells: all("a[data-v]", row).map((cell) => ({
          cell, text: cell.getAttribute("href").toLowerCase(), said: null,
        })),
      })),
    }));
    form.hidden = false;
    legend.classList.add("short");
    const apply = () => filter(form, groups);
    all(".chip", form).forEach((chip) => chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      apply();
    }));
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => {
      all(".chip", form).forEach((chip) => chip.setAttribute("aria-pressed", "false"));
      setTimeout(apply);
    });
    states.set(matrix, apply);
    apply();
  });

  function filter(form, groups) {
    const verdicts = new Set(all('.chip[aria-pressed="true"]', form).map((c) => c.dataset.verdict));
    const { section, profile, persona, text } = form.elements;
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const idle = !verdicts.size && !section.value && !profile.value && !persona.value && !words.length;
    let shown = 0, total = 0, calls = 0;
    for (const { group, section: name, rows } of groups) {
      let any = false;
      for (const { row, cells } of rows) {
        let hit = false;
        for (const item of cells) {
          const data = item.cell.dataset;
          const match = idle || ((!section.value || section.value === name)
            && (!verdicts.size || verdicts.has(data.v))
            && (!profile.value || data.p === profile.value)
            && (!persona.value || data.w.split(" ").includes(persona.value))
            && words.every((word) => item.text.includes(word) || sayingOf(item).includes(word)));
          item.cell.classList.toggle("dim", !match);
          total += 1;
          if (match) { shown += 1; hit = true; }
        }
        row.hidden = !hit && !idle;
        if (hit) { calls += 1; any = true; }
      }
      group.hidden = !any && !idle;
    }
    form.querySelector("output").textContent = shown === total
      ? `${total} clauses of ${calls} calls` : `${shown} of ${total} clauses, in ${calls} calls`;
  }

  function sayingOf(item) {
    if (item.said === null) {
      const article = articleOf(item.cell.getAttribute("href"));
      item.said = article ? article.querySelector(".says").textContent.toLowerCase() : "";
    }
    return item.said;
  }

  // The clause behind a cell.
  function articleOf(hash) {
    const found = document.getElementById(decodeURIComponent(hash.slice(1)));
    return found && found.matches("article") ? found : null;
  }
  function open(hash) {
    const article = articleOf(hash);
    if (!article) return false;
    showRun(article.closest(".run"));
    const copy = article.cloneNode(true);
    copy.removeAttribute("id");
    body.replaceChildren(copy);
    panel.querySelector("#panel-title").textContent = article.querySelector("h3 code").textContent;
    mark(hash);
    if (!panel.open) panel.show();
    body.scrollTop = 0;
    body.focus({ preventScroll: true });
    return true;
  }
  function mark(hash) {
    all('.grid a[aria-current]').forEach((link) => link.removeAttribute("aria-current"));
    const cell = all(".grid a[data-v]").find((link) => link.getAttribute("href") === hash);
    if (cell) {
      opener = cell;
      cell.setAttribute("aria-current", "true");
      cell.scrollIntoView({ block: "nearest" });
    }
  }
  function close() {
    panel.close();
    history.replaceState(null, "", location.pathname + location.search);
    if (opener) { opener.removeAttribute("aria-current"); opener.focus({ preventScroll: true }); }
  }
  function visibleCells() {
    return all(".run:not([hidden]) .grid a[data-v]:not(.dim)").filter((cell) => cell.offsetParent);
  }
  function go(step) {
    const cells = visibleCells();
    const at = cells.indexOf(opener);
    const next = cells[at < 0 ? 0 : Math.min(cells.length - 1, Math.max(0, at + step))];
    if (next) location.hash = next.getAttribute("href");
  }
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.go) go(Number(button.dataset.go)); else close();
  });
  addEventListener("hashchange", follow);
  function follow() {
    if (!location.hash || open(location.hash)) return;
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const run = place && place.closest(".run");
    if (panel.open) panel.close();
    if (run) { showRun(run); place.scrollIntoView(); }
  }

  // Keys: / to search, Escape to close, arrows from cell to cell.
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input, select");
    if (event.key === "Escape" && panel.open) { close(); return; }
    if (event.key === "/" && !typing) {
      const field = document.querySelector(".run:not([hidden]) input[type=search]");
      if (field) { event.preventDefault(); field.focus(); field.select(); }
      return;
    }
    const cell = event.target.closest && event.target.closest(".grid a[data-v]");
    if (cell && event.key.startsWith("Arrow")) { event.preventDefault(); walk(cell, event.key); }
  });
  function walk(cell, key) {
    const cells = visibleCells();
    const here = cell.getBoundingClientRect();
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const next = cells[cells.indexOf(cell) + (key === "ArrowRight" ? 1 : -1)];
      if (next) next.focus();
      return;
    }
    const down = key === "ArrowDown";
    let best = null, distance = Infinity;
    for (const other of cells) {
      const box = other.getBoundingClientRect();
      const dy = down ? box.top - here.bottom : here.top - box.bottom;
      if (dy < -1) continue;
      const far = dy * 4 + Math.abs(box.left - here.left);
      if (far < distance) { distance = far; best = other; }
    }
    if (best) best.focus();
  }

  const theme = document.querySelector(".theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  addEventListener("resize", () => runs.filter((run) => !run.hidden).forEach(measure));
  if (runs.length) showRun(runs[0]);
  follow();
})();
