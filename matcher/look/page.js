const COLOURS = ["primary-color", "background-color", "text-color", "border-color"];

export default function (component) {
  const root = document.documentElement;
  root.lang = component.data.language;
  // The theme's colours are known inside components only; the styles of the page need them, too.
  const own = getComputedStyle(component.parentElement);
  for (const name of COLOURS) root.style.setProperty(`--st-${name}`, own.getPropertyValue(`--st-${name}`));
  // A phone starts with the list: the grid needs a wide screen and a mouse.
  if (window.innerWidth < 700 && !component.data.narrow) component.setStateValue("narrow", true);
}
