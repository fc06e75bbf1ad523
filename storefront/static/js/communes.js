/* Narrows the communes to the chosen province without loading the page again. Without it the form asks the server. */
const form = document.querySelector("form[data-communes]");
const province = form?.querySelector("[name=province]");
const commune = form?.querySelector("select[name=commune]");

async function narrow() {
  const address = new URL(form.dataset.communes, location.href);
  address.searchParams.set("province", province.value);
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const first = commune.querySelector("option[value='']");
  const choices = (await answer.json()).map(([value, label]) => new Option(label, value));
  commune.replaceChildren(...(first ? [first] : []), ...choices);
}

if (province && commune) province.addEventListener("change", () => narrow().catch(() => {}));
