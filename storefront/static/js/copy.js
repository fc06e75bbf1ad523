/* Buttons that copy what stands beside them. Without this file they stay hidden, and one tap marks the text. */
for (const button of document.querySelectorAll("button[data-copy]")) {
  const text = document.getElementById(button.dataset.copy);
  const label = button.querySelector(".copy__label");
  if (!text || !navigator.clipboard) continue;
  button.hidden = false;
  const before = label.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.dataset.copyAs ?? text.textContent.trim());
    label.textContent = button.dataset.done;
    setTimeout(() => (label.textContent = before), 2000);
  });
}
