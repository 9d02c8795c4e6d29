// Keeps the table of live verdicts current. Without this script the page is complete, and is loaded again by a link.
"use strict";
(() => {
  const INTERVAL_MS = 3000;
  const pause = document.getElementById("pause");
  document.documentElement.classList.add("has-script");

  const keys = (body) => new Set(Array.from(body.rows, (row) => row.dataset.key));

  async function refresh() {
    const old = document.getElementById("verdicts");
    // Nothing moves under the focus of the keyboard.
    if (document.hidden || pause.checked || !old || old.contains(document.activeElement)) {
      return;
    }
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!response.ok) {
      return;
    }
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const body = fresh.getElementById("verdicts");
    const count = fresh.getElementById("count");
    if (!body) {
      return;
    }
    const known = keys(old);
    for (const row of body.rows) {
      row.classList.toggle("new", !known.has(row.dataset.key));
    }
    old.replaceWith(document.adoptNode(body));
    document.getElementById("count").textContent = count.textContent;
  }

  const loop = () => refresh().catch(() => {}).finally(() => setTimeout(loop, INTERVAL_MS));
  setTimeout(loop, INTERVAL_MS);
})();
