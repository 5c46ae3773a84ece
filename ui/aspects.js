// The views of an answer: one of its sources, its timeline and its sides is looked at.

export function showAspect(button) {
  const views = button.closest(".dl-sources");
  for (const other of views.querySelectorAll(".dl-aspect")) other.setAttribute("aria-pressed", other === button);
  for (const panel of views.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== button.dataset.aspect;
}
