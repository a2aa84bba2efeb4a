const COLOURS = ["primary-color", "background-color", "text-color", "border-color"];

// Where Streamlit's own widgets say something themselves; nothing of ours, of a call or of a colleague stands here.
const SPOKEN = [
  "kbd", "[data-testid=InputInstructions]", "[data-testid=stFileUploaderDropzone]", "[role=listbox][data-empty=true]",
  "[data-testid=stMainMenuPopover]", "[data-testid=stTooltipContent]", "[data-testid=stDataFrameColumnMenu]",
  "[data-testid=stStatusWidget]", "[data-testid=stException]", "a[href^='#']", "#portal [id^=react-select]",
  "#portal [class*=-NoOptionsMessage], #portal [class*=-menu]",
].join();
const NAMED = "button, input, section, nav, kbd, a, [role=dialog], [role=toolbar], [role=group], [role=spinbutton]";
const NAMES = ["aria-label", "placeholder", "title"];
const HOLE = /\{[ab]\}/;
let exact = new Map(), patterns = [], waiting = false, watched = false;

function learn(pairs) {
  exact = new Map(pairs.filter(([from]) => !HOLE.test(from)));
  patterns = pairs.filter(([from]) => HOLE.test(from)).map(([from, to]) => [
    new RegExp("^" + from.split(HOLE).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.+)") + "$", "s"), to,
  ]);
}

function said(text) {
  const known = exact.get(text);
  if (known !== undefined) return known;
  for (const [pattern, to] of patterns) {
    const found = pattern.exec(text);
    if (found) return to.replace(/\{([ab])\}/g, (_, name) => said(found[name === "a" ? 1 : 2]));
  }
  return text;
}

function tend() {
  waiting = false;
  for (const table of document.querySelectorAll(OPENING)) table.tabIndex = -1;
  for (const place of document.querySelectorAll(SPOKEN)) {
    const walk = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const other = said(node.nodeValue);
      if (other !== node.nodeValue) node.nodeValue = other;
    }
  }
  for (const node of document.querySelectorAll(NAMED)) {
    for (const name of NAMES) {
      const text = node.getAttribute(name), other = text && said(text);
      if (other !== text) node.setAttribute(name, other);
    }
  }
}

// A cell of the table of calls is opened where it is chosen: who comes by Tab would leave the page. The list is for keys.
const OPENING = "[class*='st-key-table-'] canvas[data-testid=data-grid-canvas]";
const MENU = "[data-testid=stPopoverBody]", OPENED = "[data-testid=stPopoverButton][aria-expanded=true]";
const STOPS = "a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), summary, [tabindex='0']";

// What a button unfolds stands at the end of the page: from the button Tab leads into it, and back.
function step(event) {
  const menu = event.key === "Tab" && document.querySelector(MENU), button = menu && document.querySelector(OPENED);
  if (!button) return;
  const stops = [...menu.querySelectorAll(STOPS)].filter((node) => node.tabIndex >= 0 && node.getClientRects().length);
  const at = document.activeElement;
  const to = at === button && !event.shiftKey ? stops[0] : at === stops[0] && event.shiftKey ? button : null;
  if (!to) return;
  event.preventDefault();
  to.focus();
}

// Streamlit takes no shortcut while an input has the focus; a tick box takes no letters, so hand them on.
function hand(event) {
  const { key, code, keyCode, which, repeat } = event;
  if (!event.target.matches?.("input[type=checkbox]") || !/^[a-z]$/i.test(key)) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  event.stopPropagation();
  document.body.dispatchEvent(new KeyboardEvent(event.type, { key, code, keyCode, which, repeat, bubbles: true, cancelable: true }));
}

// While a mail is prepared or something is unfolded, a letter decides nothing behind it; and a key that is held down
// decides once, not the next call as well. At the body, so that what is unfolded still takes it; not on the way up of a
// key, or it would count as held down.
const BUSY = ".st-key-news_draft, [data-testid=stPopoverBody], [role=menu], [role=listbox]";

function quiet(event) {
  if (!/^[a-z]$/i.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.repeat || document.querySelector(BUSY)) event.stopPropagation();
}

function soon() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(tend);
}

// What is typed on a call stays with this tab until it is saved: after a reload the server knows nothing of it.
const TYPED = "matcher-typed", DRAFT = /^st-key-(decide_.+_\d+_(?:note|owner))$/;
let asked = false, forgotten = 0;

function typed() {
  try { return JSON.parse(sessionStorage.getItem(TYPED)) ?? {}; } catch { return {}; }
}

function keep(event) {
  const place = event.target.closest?.("[class*='st-key-decide_']");
  const name = place && [...place.classList].map((one) => DRAFT.exec(one)?.[1]).find(Boolean);
  if (name) sessionStorage.setItem(TYPED, JSON.stringify({ ...typed(), [name]: event.target.value }));
}

function forget(done) {
  const all = typed(), names = done.filter(([at]) => at > forgotten).map(([, name]) => name);
  if (!names.length) return;
  forgotten = done.at(-1)[0];
  const left = Object.entries(all).filter(([key]) => !names.includes(key.replace(/_\d+_(note|owner)$/, "")));
  sessionStorage.setItem(TYPED, JSON.stringify(Object.fromEntries(left)));
}

// The name somebody typed stays with this browser: decisions after a reload must not bear the name of nobody.
const NAME = "matcher-name";
let named = false;

function remember(component) {
  const name = component.data.name;
  if (name) localStorage.setItem(NAME, name);
  else if (named) localStorage.removeItem(NAME);
  named = !!name;
}

// So does the town that was chosen by hand; null: nobody chose one, what an address says is not kept.
const TOWN = "matcher-town";

function settle({ town }) {
  if (town) localStorage.setItem(TOWN, town);
  else if (town === "") localStorage.removeItem(TOWN);
}

// Escape leaves the field "hand on to", so that the letters decide again.
function leave(event) {
  const field = event.key === "Escape" && event.target.closest?.(".st-key-news_decide input");
  if (field) requestAnimationFrame(() => field.blur());
}

export default function (component) {
  const root = document.documentElement;
  if (!asked) {
    asked = true;
    const all = typed(), name = localStorage.getItem(NAME);
    if (Object.keys(all).length) component.setStateValue("typed", all);
    if (name && !component.data.name) component.setStateValue("name", name);
    const town = localStorage.getItem(TOWN);
    if (town && component.data.town === null) component.setStateValue("town", town);
  }
  remember(component);
  settle(component.data);
  forget(component.data.done);
  learn(component.data.own);
  soon();
  if (!watched) {
    watched = true;
    document.addEventListener("keydown", step, true);
    for (const kind of ["keydown", "keyup"]) document.addEventListener(kind, hand, true);
    document.body.addEventListener("keydown", quiet);
    document.addEventListener("keydown", leave, true);
    document.addEventListener("input", keep, true);
    new MutationObserver(soon).observe(document.body, {
      childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: NAMES,
    });
  }
  root.lang = component.data.language;
  // The theme's colours are known inside components only; the styles of the page need them, too.
  const own = getComputedStyle(component.parentElement);
  for (const name of COLOURS) root.style.setProperty(`--st-${name}`, own.getPropertyValue(`--st-${name}`));
  // Phones and tablets start with the list: the grid needs a mouse, and room for its deadlines beside the titles.
  if (window.innerWidth < 1100 && !component.data.narrow) component.setStateValue("narrow", true);
}
