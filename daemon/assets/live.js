// Fetches the page anew when something changed, and swaps its content. Everything works without it.
(() => {
  const events = document.currentScript.dataset.events;
  let source, seen, timer;
  const say = (text) => {
    const live = document.getElementById("live");
    if (live) live.textContent = text;
  };
  const refresh = async () => {
    // Somebody is writing: their words come first.
    const field = document.activeElement;
    if (field && (field.matches("textarea, input") && field.value)) return;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of ["main", ".foot", ".mast"]) {
        const [now, then] = [document.querySelector(part), page.querySelector(part)];
        if (now && then && now.innerHTML !== then.innerHTML) now.replaceWith(then);
      }
      document.title = page.title;
      say("live");
    } catch {
      say("not connected");
    }
  };
  const open = () => {
    source = new EventSource(events);
    source.addEventListener("revision", (event) => {
      const first = seen === undefined;
      if (event.data === seen) return;
      seen = event.data;
      if (first) return say("live");
      clearTimeout(timer);
      timer = setTimeout(refresh, 300);
    });
    source.onerror = () => say("not connected");
  };
  const close = () => source && source.close();
  // A browser has few connections to one host; a page out of sight gives its own back.
  document.addEventListener("visibilitychange", () => {
    close();
    if (document.visibilityState === "visible") {
      open();
      refresh();
    }
  });
  // Buttons that do nothing without this script show themselves with it.
  document.documentElement.classList.add("scripted");
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const line = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(line.textContent);
    } catch {
      // Browsers keep the clipboard from pages without TLS.
      getSelection().selectAllChildren(line);
      document.execCommand("copy");
    }
    button.textContent = "copied";
  });
  setInterval(() => document.visibilityState === "visible" && refresh(), 60000);
  open();
})();
