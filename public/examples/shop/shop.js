// A shop whose owner ships what others bought, features and a trained model; the visitor's own clicks stay on top of it, on the device.
import { Lethe } from "../../lethe.js";

const at = (id) => document.getElementById(id);
const say = (text) => { at("says").textContent = text; };

function card(item, heart) {
  const li = document.createElement("li"), img = document.createElement("img"), words = document.createElement("span");
  Object.assign(img, { src: item.image, alt: "", loading: "lazy", width: 48, height: 48 });
  words.textContent = `${item.title}, ${item.price} `;
  li.dataset.id = item.id;
  li.append(img, words, heart ?? "");
  return li;
}

function heart(rec, item) {
  const button = document.createElement("button");
  const draw = () => {
    const on = rec.likes.includes(item.id);
    button.setAttribute("aria-pressed", on);
    button.textContent = on ? "Liked" : "Like";
  };
  button.onclick = () => rec.like(item.id, !rec.likes.includes(item.id));
  rec.on("change", draw);
  draw();
  return button;
}

try {
  const rec = await Lethe.open({
    catalog: "catalog.json", interactions: "interactions.csv", features: ["image.npy", "text.npy"], model: "model.safetensors", store: "example-shop",
  });
  let drawing;
  const draw = async () => {
    const list = await rec.recommend({ k: 12 });
    at("shelf").replaceChildren(...list.map(({ item }) => card(item)));
    say(rec.likes.length ? `${rec.likes.length} liked. Everything below was computed on this device.` : "Like something.");
  };
  rec.on("change", () => { clearTimeout(drawing); drawing = setTimeout(draw, 50); });
  rec.on("progress", ({ stage, done, total }) => total && say(`${stage}: ${done} of ${total}`));
  at("all").replaceChildren(...rec.items.slice(0, 60).map((item) => card(item, heart(rec, item))));
  at("forget").onclick = async () => {
    const { tier, receipt } = await rec.forget();
    at("found").textContent = `Forgotten (${tier}). The receipt has ${receipt.length} characters.`;
  };
  at("audit").onclick = async () => {
    const { passed, findings } = await rec.audit({ replay: false });
    at("found").textContent = `${passed ? "The receipts are right." : "The receipts are wrong."} ${findings.join(" ")}`;
  };
  at("forget").disabled = at("audit").disabled = false;
  await draw();
} catch (e) {
  say([e.message, e.remedy].filter(Boolean).join(" "));
  throw e;
}
