// What somebody types and has not sent is kept in this tab, and offered when the page is opened again: after a call, a
// reload, or a sign-in that ended. Nothing leaves the browser; it is forgotten with the tab, at sign-out, or after a day.

const PREFIX = "draft:", DAY = 24 * 3600 * 1000, NOT_TYPED = ["hidden", "password", "file", "submit", "button"];
const me = document.body.dataset.me;

function typedIn(form) {
  return [...form.elements]
    .filter((field) => field.name && !NOT_TYPED.includes(field.type))
    .map((field) => [field.name, field.type, ["checkbox", "radio"].includes(field.type) ? `${field.value}=${field.checked}` : field.value]);
}

function putBack(form, kept) {
  const waiting = kept.map((each) => [...each]);
  for (const field of form.elements) {
    const place = waiting.findIndex(([name, type, value]) => name === field.name && type === field.type
      && (!["checkbox", "radio"].includes(type) || value.startsWith(`${field.value}=`)));
    if (place < 0) continue;
    const [[, type, value]] = waiting.splice(place, 1);
    if (["checkbox", "radio"].includes(type)) field.checked = value.endsWith("=true");
    else field.value = value;
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function offer(form, key, draft) {
  const at = new Date(draft.at).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  const note = document.createElement("div");
  note.className = "alert alert-warning kept-draft";
  note.setAttribute("role", "status");
  note.append(`What you typed here at ${at} was not sent. `);
  const button = (words, kind, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `btn btn-sm ${kind}`;
    made.textContent = words;
    made.addEventListener("click", () => { act(); note.remove(); form.querySelector("textarea, input:not([type=hidden]), select")?.focus(); });
    note.append(made, " ");
  };
  button("Put it back", "btn-primary", () => putBack(form, draft.fields));
  button("Forget it", "btn-link", () => sessionStorage.removeItem(key));
  form.before(note);
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function keep(key, draft) {
  try {
    sessionStorage.setItem(key, JSON.stringify(draft));
  } catch { /* the browser keeps nothing: leaving the form still asks */ }
}

// A form that was sent is done with once the answer is here: another page, a word of success, or the form with its errors.
const answered = document.querySelector("main > .alert[role=status], [data-focus]");
for (const key of Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX))) {
  const draft = read(key), here = key.includes(`:${location.pathname}:`);
  if (!draft || Date.now() - draft.at > DAY || (me && draft.sent && (answered || !here))) sessionStorage.removeItem(key);
}

if (me) {
  const forms = document.querySelectorAll("form[data-ask-before-leaving], form[data-preview]");
  forms.forEach((form, place) => {
    const key = `${PREFIX}${me}:${location.pathname}:${form.id || place}`, draft = read(key);
    if (draft && JSON.stringify(draft.fields) !== JSON.stringify(typedIn(form))) offer(form, key, draft);
    let waiting;
    const save = () => keep(key, { at: Date.now(), fields: typedIn(form) });
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(save, 400);
    });
    form.addEventListener("submit", () => {
      clearTimeout(waiting);
      keep(key, { at: Date.now(), fields: typedIn(form), sent: true });
    });
  });
  document.querySelector("form[data-sign-out]")?.addEventListener("submit", () => {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  });
}
