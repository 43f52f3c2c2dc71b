/* Durable drafts: what is typed lands on this device first, then on the server.

   Every element with `data-draft` is one draft: all controls with a name inside it, read and
   written together. It carries
     data-draft     its key, the same on every page that shows it; "attempt:…:" begins those of one
     data-save      where to POST {revision, idem, fields: {name: [value, …]}}
     data-revision  the server's revision, 0 where there is none
     data-idem      the key of the write that made this revision
   The server answers {revision, at}, or refuses with {code, detail}: `stale_revision` brings its own
   {revision, idem, fields}, and `kept: true` says that the words are on the server all the same.

   A page says how it stands in [data-draft-status] (words in data-word-…) and shows the
   [data-draft-notice="…"] of the same name; <template data-draft-choice> asks which of two versions
   to keep; [data-drafts-end] names drafts that are over. All of them are optional.

   A record exists only while its words are not on the server. Tabs of one browser mirror each other. */

const DEBOUNCE = 800, LONGEST_WAIT = 30000, PATIENCE = 4000, KEEPALIVE_LIMIT = 60000;
const ORDER = ["saved", "saving", "device", "refused", "out", "elsewhere"];
const drafts = new Map();

// --- The device ---

const memory = new Map(); // where the browser keeps no databases
const database = new Promise((found) => {
  try {
    const asked = indexedDB.open("drafts", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("drafts", { keyPath: "key" });
    asked.onsuccess = () => found(asked.result);
    asked.onerror = () => found(null);
  } catch {
    found(null);
  }
});

async function onDevice(mode, act, instead) {
  const base = await database;
  if (!base) return instead();
  return new Promise((done) => {
    const transaction = base.transaction("drafts", mode);
    const request = act(transaction.objectStore("drafts"));
    transaction.oncomplete = () => done(request.result);
    transaction.onerror = transaction.onabort = () => done(instead());
  });
}

const device = {
  keep: (record) =>
    onDevice("readwrite", (all) => all.put(record), () => memory.set(record.key, record)),
  drop: (key) => onDevice("readwrite", (all) => all.delete(key), () => memory.delete(key)),
  /* Drop a record that arrived, unless newer words took its place: the answer is what was there. */
  arrived: ({ key, idem }) =>
    onDevice(
      "readwrite",
      (all) => {
        const found = all.get(key);
        found.onsuccess = () => found.result?.idem === idem && all.delete(key);
        return found;
      },
      () => {
        const found = memory.get(key);
        if (found?.idem === idem) memory.delete(key);
        return found;
      }
    ),
  find: (key) => onDevice("readonly", (all) => all.get(key), () => memory.get(key)),
  list: () => onDevice("readonly", (all) => all.getAll(), () => [...memory.values()]),
};

// --- The wire ---

const cookie = () => document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? "";

function uuid() {
  const byte = () => crypto.getRandomValues(new Uint8Array(1))[0];
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (digit ^ (byte() & (15 >> (digit / 4)))).toString(16)
  );
}

/* What became of a record: {word, reply}; `word` is saved, stale, refused, out or away. */
async function send(record, last = false) {
  const { revision, idem, fields } = record;
  const body = JSON.stringify({ revision, idem, fields });
  let answer;
  try {
    answer = await fetch(record.url, {
      method: "POST",
      redirect: "manual",
      keepalive: last && body.length < KEEPALIVE_LIMIT,
      headers: { "X-CSRFToken": cookie(), "Content-Type": "application/json" },
      body,
    });
  } catch {
    return { word: "away" };
  }
  const told = (answer.headers.get("Content-Type") ?? "").includes("json");
  if (answer.type === "opaqueredirect" || answer.status === 401) return { word: "out" };
  if (answer.status === 403 && !told) return { word: "out" };
  if (!told || answer.status >= 500) return { word: "away" };
  const reply = await answer.json().catch(() => null);
  if (!reply) return { word: "away" };
  if (answer.ok) return { word: "saved", reply };
  return { word: reply.code === "stale_revision" ? "stale" : "refused", reply };
}

// --- Controls ---

const controlsOf = (root) =>
  [...root.querySelectorAll("[name]")].filter((one) => !["hidden", "submit"].includes(one.type));
const ticked = (control) => control.type === "radio" || control.type === "checkbox";

function read(root) {
  const fields = {};
  for (const control of controlsOf(root)) {
    fields[control.name] ??= [];
    if (!ticked(control)) fields[control.name].push(control.value);
    else if (control.checked) fields[control.name].push(control.value);
  }
  return fields;
}

function write(root, fields) {
  for (const control of controlsOf(root)) {
    const values = fields[control.name] ?? [];
    if (ticked(control)) control.checked = values.includes(control.value);
    else if (control.value !== (values[0] ?? "")) control.value = values[0] ?? "";
  }
  root.dispatchEvent(new CustomEvent("draft:written", { bubbles: true }));
}

const filled = (fields) =>
  JSON.stringify(Object.entries(fields).filter(([, all]) => all.some((value) => value !== "")).sort());
const same = (some, others) => filled(some) === filled(others);

/* A version in words: what was written, and the labels of what was chosen. */
function inWords(root, fields) {
  const words = controlsOf(root).flatMap((control) => {
    const values = fields[control.name] ?? [];
    if (!(ticked(control) ? values.includes(control.value) : values[0])) return [];
    const label = control.dataset.words ?? control.labels?.[0]?.textContent.trim() ?? "";
    if (ticked(control)) return [label];
    return [control.tagName === "TEXTAREA" ? values[0] : `${values[0]}. ${label}`];
  });
  return words.join("\n");
}

// --- One draft ---

class Draft {
  constructor(root) {
    this.root = root;
    this.key = root.dataset.draft;
    this.revision = Number(root.dataset.revision ?? 0);
    this.ours = new Set([root.dataset.idem].filter(Boolean)); // writes that began here
    this.wait = DEBOUNCE;
    this.state = "saved";
    root.addEventListener("input", () => this.note());
    this.ready = this.restore();
  }

  say(state) {
    this.state = state;
    this.root.dataset.draftState = state;
    tell();
  }

  knows(revision) {
    this.revision = revision;
    this.root.dataset.revision = revision;
    const hidden = this.root.querySelector("[data-draft-revision]");
    if (hidden) hidden.value = revision;
  }

  /* Words that an earlier page could not send. */
  async restore() {
    const record = await device.find(this.key);
    if (!record) return;
    const server = { revision: this.revision, idem: this.root.dataset.idem, fields: read(this.root) };
    record.ours.forEach((idem) => this.ours.add(idem));
    if (record.idem === server.idem || same(record.fields, server.fields)) return device.drop(this.key);
    write(this.root, record.fields);
    if (record.revision === server.revision || record.ours.includes(server.idem)) return this.flush();
    return this.clash(server);
  }

  note() {
    const idem = uuid();
    this.ours.add(idem);
    const kept = this.keep(read(this.root), idem);
    channel?.postMessage({ key: this.key, fields: this.record.fields, idem });
    this.edited = true;
    if (this.state === "elsewhere") return kept; // nothing is sent before the person has chosen
    if (this.state === "saved" || this.state === "refused") this.say("saving");
    this.soon(this.wait);
    return kept;
  }

  keep(fields, idem) {
    const ours = [...this.ours].slice(-20);
    const url = this.root.dataset.save;
    this.record = { key: this.key, url, fields, revision: this.revision, idem, ours, at: Date.now() };
    return device.keep(this.record);
  }

  soon(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), milliseconds);
  }

  /* Send what is not on the server yet. One write is under way at a time. */
  flush(last = false) {
    clearTimeout(this.timer);
    this.busy ??= this.write(last).finally(() => (this.busy = null));
    return this.busy;
  }

  async write(last) {
    for (;;) {
      const record = await device.find(this.key);
      if (this.state === "elsewhere") return;
      if (!record) return this.sent();
      if (!navigator.onLine) return this.later("device");
      this.say("saving");
      const { word, reply } = await send({ ...record, revision: this.revision }, last);
      if (word === "stale" && !this.ours.has(reply.idem)) return this.clash(reply);
      if (word === "stale") this.knows(reply.revision); // ours: only its answer was lost
      else if (word === "saved") {
        if (await this.saved(record, reply)) return;
      } else if (word === "refused") return this.refused(record, reply);
      else return this.later(word === "out" ? "out" : "device");
    }
  }

  /* True once nothing newer waits. */
  async saved(record, reply) {
    this.wait = DEBOUNCE;
    this.knows(reply.revision);
    this.root.dispatchEvent(new CustomEvent("draft:saved", { bubbles: true, detail: reply }));
    if (!(await settled(record, reply))) return false;
    lastSaved = reply.at ?? lastSaved;
    this.say("saved");
    return true;
  }

  /* Nothing is left on the device: another tab has sent it. */
  sent() {
    if (["saving", "device", "out"].includes(this.state)) this.say("saved");
  }

  async refused(record, reply) {
    if (reply.kept) await device.drop(record.key);
    this.reason = reply.detail;
    this.say("refused");
    this.root.dispatchEvent(new CustomEvent("draft:refused", { bubbles: true, detail: reply }));
  }

  later(state) {
    this.say(state);
    this.wait = Math.min(LONGEST_WAIT, this.wait * 2);
    this.soon(this.wait + Math.random() * 500);
  }

  clash(server) {
    if (same(read(this.root), server.fields)) {
      this.knows(server.revision);
      return device.drop(this.key).then(() => this.say("saved"));
    }
    this.say("elsewhere");
    const template = document.querySelector("template[data-draft-choice]");
    if (!template) return;
    this.root.querySelector("[data-draft-asked]")?.remove();
    const panel = template.content.firstElementChild.cloneNode(true);
    panel.dataset.draftAsked = "";
    panel.querySelector("[data-here]").textContent = inWords(this.root, read(this.root));
    panel.querySelector("[data-there]").textContent = inWords(this.root, server.fields);
    panel.addEventListener("click", ({ target }) => {
      const kept = target.closest("[data-keep]")?.dataset.keep;
      if (kept) this.choose(kept, server, panel);
    });
    this.root.prepend(panel);
  }

  async choose(kept, server, panel) {
    panel.remove();
    this.knows(server.revision);
    this.state = "saved";
    if (kept === "there") {
      await device.drop(this.key);
      write(this.root, server.fields);
      this.say("saved");
    } else {
      await this.note();
      await this.flush();
    }
    controlsOf(this.root)[0]?.focus();
  }

  /* Another tab of this browser wrote or saved. */
  heard({ fields, idem, revision, at, sent }) {
    if (revision) this.knows(revision);
    lastSaved = at ?? lastSaved;
    if (sent) this.flush();
    if (!idem) return;
    this.ours.add(idem);
    write(this.root, fields);
  }
}

// --- The page ---

let lastSaved = "";
const all = (name) => document.querySelectorAll(name);

function tell() {
  const states = [...drafts.values()].map((draft) => draft.state);
  const worst = ORDER[Math.max(0, ...states.map((state) => ORDER.indexOf(state)))];
  for (const status of all("[data-draft-status]")) {
    const before = status.dataset.state;
    if (before === worst && worst !== "saved") continue;
    status.dataset.state = worst;
    const word = status.dataset[`word${worst[0].toUpperCase()}${worst.slice(1)}`] ?? worst;
    status.querySelector("[data-draft-word]").textContent = word;
    status.querySelector("[data-draft-time]").textContent = worst === "saved" ? lastSaved : "";
  }
  // Spoken only when it stops being ordinary, and when it is ordinary again.
  const ordinary = worst === "saved" || worst === "saving";
  for (const spoken of all("[data-draft-spoken]")) {
    const word = document.querySelector("[data-draft-word]")?.textContent ?? "";
    if (!ordinary) spoken.textContent = word;
    else if (worst === "saved" && spoken.textContent) spoken.textContent = word;
  }
  if (worst === "saved") for (const notice of all("[data-draft-waiting]")) notice.hidden = true;
  for (const notice of all("[data-draft-notice]")) {
    notice.hidden = notice.dataset.draftNotice !== worst;
    const reason = notice.querySelector("[data-draft-reason]");
    const refused = [...drafts.values()].find((draft) => draft.state === "refused");
    if (reason && refused) reason.textContent = refused.reason;
  }
}

const flushAll = (last = false) => Promise.all([...drafts.values()].map((draft) => draft.flush(last)));
const inTime = (promise) =>
  Promise.race([promise, new Promise((over) => setTimeout(over, PATIENCE))]);

/* A form with drafts in it, or with data-drafts-first, goes off once they are saved, and not at
   all while it could not arrive. */
async function submitted(event) {
  const form = event.target;
  const every = form.matches("[data-drafts-first]");
  const inside = [...drafts.values()].filter((draft) => every || form.contains(draft.root));
  if (event.defaultPrevented || !inside.length || form.dataset.draftsSettled) return;
  event.preventDefault();
  await Promise.all(inside.map((draft) => draft.ready));
  await inTime(flushAll());
  const asked = inside.find((draft) => draft.state === "elsewhere");
  if (asked) return asked.root.querySelector("[data-keep]")?.focus();
  if (inside.some((draft) => ["device", "out"].includes(draft.state))) {
    for (const notice of all("[data-draft-waiting]")) notice.hidden = false;
    return;
  }
  form.dataset.draftsSettled = "yes";
  for (const token of all("[name=csrfmiddlewaretoken]")) token.value = cookie() || token.value;
  form.requestSubmit(event.submitter);
  delete form.dataset.draftsSettled;
}

/* Signing out takes the words along, and leaves none on the device. */
async function signedOut(event) {
  const form = event.target;
  if (!form.matches("[data-drafts-leave]") || form.dataset.draftsSettled) return;
  event.preventDefault();
  await inTime(flushAll().then(sendTheRest));
  const unsent = await device.list();
  if (unsent.length && !confirm(form.dataset.draftsLeave)) return;
  for (const { key } of unsent) await device.drop(key);
  form.dataset.draftsSettled = "yes";
  for (const token of all("[name=csrfmiddlewaretoken]")) token.value = cookie() || token.value;
  form.requestSubmit(event.submitter);
}

/* A record arrived: it leaves the device, and the other tabs hear of it. True unless newer words
   wait. */
async function settled(record, { revision, at }) {
  const left = await device.arrived(record);
  const sent = !left || left.idem === record.idem;
  channel?.postMessage({ key: record.key, revision, at, sent });
  return sent;
}

/* Words of pages that were closed before they could send them. */
async function sendTheRest() {
  for (const record of await device.list()) {
    if (drafts.has(record.key) || document.querySelector("[data-drafts-end]")) continue;
    const { word, reply } = await send(record);
    if (word === "saved") await settled(record, reply);
    else if (reply?.kept) await device.arrived(record);
  }
}

/* What is over is sent once more, if it was not, and then it leaves the device. */
async function end(prefix) {
  for (const record of await device.list()) {
    if (!record.key.startsWith(prefix)) continue;
    const { word } = await send(record);
    if (word === "saved" || word === "refused" || word === "stale") await device.drop(record.key);
  }
}

const channel = "BroadcastChannel" in window ? new BroadcastChannel("drafts") : null;
channel?.addEventListener("message", ({ data }) => drafts.get(data.key)?.heard(data));

for (const root of all("[data-draft]")) drafts.set(root.dataset.draft, new Draft(root));
for (const ended of all("[data-drafts-end]")) end(ended.dataset.draftsEnd);
document.addEventListener("submit", submitted);
document.addEventListener("submit", signedOut);
document.addEventListener("drafts:flush", ({ detail }) => inTime(flushAll()).then(detail));
window.addEventListener("online", () => flushAll());
window.addEventListener("focus", () => flushAll());
window.addEventListener("offline", () => {
  for (const draft of drafts.values()) if (draft.state === "saving") draft.flush();
});
document.addEventListener("visibilitychange", () => flushAll(document.visibilityState === "hidden"));
window.addEventListener("beforeunload", (event) => memory.size && event.preventDefault());
if (drafts.size) tell();
sendTheRest();
document.documentElement.dataset.drafts = "ready";
