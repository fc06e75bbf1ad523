/* Narrows the communes to the chosen province without loading the page again. Without it the form asks the server. */
const form = document.querySelector("form[data-communes]");
const province = form?.querySelector("[name=province]");
const commune = form?.querySelector("select[name=commune]");
let asked;

async function narrow() {
  asked?.abort(); // a slow answer for an earlier province must not arrive last
  const mine = (asked = new AbortController());
  commune.disabled = true; // until the new ones are there, none of the old ones can be chosen
  try {
    await fill(mine.signal);
  } finally {
    if (asked === mine) commune.disabled = false;
  }
}

async function fill(signal) {
  const address = new URL(form.dataset.communes, location.href);
  address.searchParams.set("province", province.value);
  const answer = await fetch(address, { headers: { Accept: "application/json" }, signal });
  if (!answer.ok) return;
  const first = commune.querySelector("option[value='']");
  const choices = (await answer.json()).map(([value, label]) => new Option(label, value));
  if (first && choices.length) first.textContent = form.dataset.choose;
  commune.replaceChildren(...(first ? [first] : []), ...choices);
}

if (province && commune) province.addEventListener("change", () => narrow().catch(() => {}));
