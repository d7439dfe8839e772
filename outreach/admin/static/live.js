// Light live updates and small courtesies; every page works without this file.

// An element with data-live="URL" is replaced by what that address answers, every data-every seconds (2),
// while the page is looked at, until the answer carries data-live-done.
async function refresh(part) {
  if (document.hidden || part.contains(document.activeElement)) return;
  try {
    const answer = await fetch(part.dataset.live, { headers: { "X-Partial": "1" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const text = await answer.text();
    if (text === part.shown) return;  // else a screen reader would hear it again and again
    part.shown = text;
    part.innerHTML = text;
    if (part.querySelector("[data-live-done]")) clearInterval(part.timer);
  } catch { /* the network is away for a moment: the next turn tries again */ }
}
for (const part of document.querySelectorAll("[data-live]")) {
  part.timer = setInterval(refresh, 1000 * (part.dataset.every || 2), part);
}

// A form with data-preview="#ID" shows, as it is filled in, what its data-preview-url answers to the values so far;
// data-preview-says="#ID" says the answer's data-say to screen readers, and says it when it is another one only.
for (const form of document.querySelectorAll("form[data-preview]")) {
  let waiting, turn = 0;
  const show = async () => {
    const mine = ++turn;
    const answer = await fetch(form.dataset.previewUrl, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    const text = await answer.text();
    if (!answer.ok || answer.redirected || mine !== turn) return; // redirected: the sign-in has ended
    const part = document.querySelector(form.dataset.preview), focus = document.activeElement?.id;
    part.innerHTML = text;
    document.querySelector("[data-focus]")?.remove(); // the preview says now what is missing
    const voice = form.dataset.previewSays && document.querySelector(form.dataset.previewSays);
    const news = part.querySelector("[data-say]")?.textContent.trim();
    if (voice && news && voice.textContent !== news) voice.textContent = news;
    if (focus && document.activeElement === document.body) document.getElementById(focus)?.focus();
  };
  form.addEventListener("input", (event) => {
    event.target.classList.remove("is-invalid");
    clearTimeout(waiting);
    waiting = setTimeout(show, 350);
  });
}

// A double click does a thing once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 5000);
});

// What cannot be undone asks once.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-confirm]");
  if (button && !confirm(button.dataset.confirm)) event.preventDefault();
});

// Leaving a half-filled form asks.
for (const form of document.querySelectorAll("form[data-ask-before-leaving]")) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  addEventListener("beforeunload", (event) => { if (changed && !form.dataset.sent) event.preventDefault(); });
}

// On a phone "More" opens places that stand before it in the bar: the keyboard goes on there, Escape closes it.
const more = document.querySelector(".bar .more");
more?.addEventListener("toggle", () => {
  if (more.open) document.querySelector(".bar li:nth-child(n + 5) a, .bar .account")?.focus();
});
more?.parentElement.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !more.open) return;
  more.open = false;
  more.querySelector("summary").focus();
});

// Errors are the first thing to be read.
document.querySelector("[data-focus]")?.focus();
