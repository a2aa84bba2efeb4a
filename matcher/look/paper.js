// Builds elements from data. Texts become text nodes; tags, links and attributes come from short lists only.
const TAGS = new Set(["div", "span", "p", "h2", "h3", "h4", "ol", "ul", "li", "dl", "dt", "dd", "strong", "mark", "a",
  "article", "header", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "small", "section"]);
const EUROPA = /^https:\/\/([a-z0-9-]+\.)*europa\.eu(\/|\?|#|$)/;
const OURS = /^[a-z]+\?[A-Za-z0-9_.~%&=+-]*$/;

function build(node, act) {
  if (typeof node === "string") return document.createTextNode(node);
  if (node.tag === "tick") return tick(node, act);
  if (!TAGS.has(node.tag)) return document.createTextNode("");
  const made = document.createElement(node.tag);
  if (node.css) made.className = node.css;
  if (node.lang) made.lang = node.lang;
  if (node.label) made.setAttribute("aria-label", node.label);
  if (node.hint) made.title = node.hint;
  if (node.scope) made.scope = node.scope;
  if (node.span) made.colSpan = node.span;
  if (node.unfolded) made.open = true;
  if (typeof node.part === "number") made.style.width = `${Math.max(0, Math.min(100, node.part))}%`;
  if (typeof node.start === "number") made.style.marginLeft = `${Math.max(0, Math.min(100, node.start))}%`;
  if (node.href && EUROPA.test(node.href)) {
    made.href = node.href;
    made.target = "_blank";
    made.rel = "noopener noreferrer";
  } else if (node.href && OURS.test(node.href)) {
    made.href = node.href;
  }
  if (node.top) made.dataset.top = node.top;
  if (node.leave) made.dataset.leave = "";
  if (node.open) {
    made.addEventListener("click", (event) => {
      // A whole row that opens leaves what can be clicked inside it alone.
      if (node.tag !== "a" && event.target.closest("a, summary, input")) return;
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      act.open(node.open);
    });
  }
  for (const part of node.in || []) made.appendChild(build(part, act));
  return made;
}

function tick(node, act) {
  const box = document.createElement("input");
  box.type = "checkbox";
  box.setAttribute("aria-label", node.label || "");
  box.checked = act.picked(node.pick);
  box.addEventListener("change", () => act.pick(node.pick, box.checked));
  // Streamlit takes no shortcut while an input has the focus; a tick box takes no letters, so hand them on.
  for (const kind of ["keydown", "keyup"]) {
    box.addEventListener(kind, (event) => {
      if (!/^[a-z]$/i.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.stopPropagation();
      const { key, code, keyCode, which } = event;
      document.body.dispatchEvent(new KeyboardEvent(kind, { key, code, keyCode, which, bubbles: true, cancelable: true }));
    });
  }
  return box;
}

const ABOVE = 90, BELOW = 150;

// Keeps the item in hand in sight where a list scrolls by itself; never moves the page.
function show(here, root) {
  const list = (root.getRootNode().host ?? root).closest(".st-key-news_list");
  if (!here || !list || getComputedStyle(list).overflowY !== "auto") return;
  const item = here.getBoundingClientRect();
  const box = list.getBoundingClientRect();
  const away = Math.max(box.top - item.bottom, item.top - box.bottom);
  // From far away the heading above is worth seeing, too.
  if (away > box.height) list.scrollTop += item.top - box.top - ABOVE;
  else if (item.top < box.top) list.scrollTop -= box.top - item.top;
  // What comes next is seen before it is in hand.
  else if (item.bottom + BELOW > box.bottom)
    list.scrollTop += Math.min(item.bottom + BELOW - box.bottom, item.top - box.top);
}

// Begins another item of the news, or another call, at its top; where the panel does not scroll by itself, the page goes up to it.
function toTop(mark, root) {
  const panel = (root.getRootNode().host ?? root).closest(".st-key-news_panel, [data-testid=stMain]");
  if (!mark || !panel) return;
  const before = panel.dataset.top;
  panel.dataset.top = mark.dataset.top;
  if (before === undefined || before === mark.dataset.top) return;
  // A field of the item before would take the next letter for itself.
  const field = document.activeElement?.matches("input, textarea") ? document.activeElement : null;
  if ("leave" in mark.dataset && field?.closest(".st-key-news_panel, .st-key-office")) {
    panel.tabIndex = -1;
    panel.focus({ preventScroll: true });
  }
  panel.scrollTop = 0;
  if (panel.getBoundingClientRect().top < 0) panel.scrollIntoView({ block: "start" });
}

// Whoever stands on a link or a tick box by keyboard stands there still when the sheet is drawn anew.
const HELD = "a[href], input, summary";
const nameOf = (node) => [node.tagName, node.getAttribute("href"), node.getAttribute("aria-label"), node.textContent].join();

function inHand(sheet) {
  const at = sheet.getRootNode().activeElement;
  return at && sheet.contains(at) && at.matches(HELD) ? nameOf(at) : null;
}

export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  const root = parentElement;
  let sheet = root.querySelector(".sheet");
  // Ticks belong to calls: they stay when rows move, come or go, and a tick alone draws nothing anew.
  const said = JSON.stringify(data.nodes, (name, value) => (name === "ticked" ? undefined : value));
  if (sheet && sheet.said === said) return;
  const picked = sheet ? sheet.picked : new Set(data.nodes.flatMap((node) => node.ticked || []));
  const fresh = document.createElement("div");
  fresh.className = "sheet";
  fresh.said = said;
  fresh.picked = picked;
  const act = {
    open: (reference) => setTriggerValue("open", reference),
    picked: (reference) => picked.has(reference),
    pick: (reference, on) => {
      if (on) picked.add(reference); else picked.delete(reference);
      setStateValue("picked", [...picked]);
    },
  };
  for (const node of data.nodes) fresh.appendChild(build(node, act));
  const held = sheet && inHand(sheet);
  if (sheet) sheet.replaceWith(fresh); else root.appendChild(fresh);
  if (held) [...fresh.querySelectorAll(HELD)].find((node) => nameOf(node) === held)?.focus({ preventScroll: true });
  show(fresh.querySelector(".here"), root);
  toTop(fresh.querySelector("[data-top]"), root);
}
