// Recommendations from the visitor's own export of MovieLens. Nobody else's ratings are there: the visitor is the only user.
import { Lethe } from "../../lethe.js";

const at = (id) => document.getElementById(id);
const say = (text) => { at("says").textContent = text; };

// cells splits a line of a CSV file.
const cells = (line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain);

// liked reads either export: movie_id,…,rating,… of one visitor, or userId,movieId,rating,… of many.
function liked(text, user) {
  const [head, ...lines] = text.trim().split(/\r?\n/);
  const names = cells(head).map((x) => x.toLowerCase().replace("_", ""));
  const [movie, rating, who] = ["movieid", "rating", "userid"].map((x) => names.indexOf(x));
  if (movie < 0 || rating < 0) throw new Error(`Line 1 has no columns movie_id and rating: it is "${head.slice(0, 80)}". Choose the file that MovieLens exports.`);
  return lines.map(cells).filter((x) => (who < 0 || x[who] === user) && Number(x[rating]) >= 4).map((x) => x[movie]);
}

try {
  const rec = await Lethe.open({ catalog: "catalog.json", store: "example-films" });
  const known = new Set(rec.items.map((x) => `${x.id}`));
  const draw = async () => {
    const list = await rec.recommend({ k: 10 });
    at("list").replaceChildren(...list.map(({ id, item }) => {
      const li = document.createElement("li");
      li.dataset.id = id;
      li.textContent = item.title;
      return li;
    }));
    at("forget").disabled = !rec.likes.length;
  };
  at("file").onchange = async () => {
    try {
      const all = liked(await at("file").files[0].text(), at("user").value);
      const here = all.filter((id) => known.has(id));
      await rec.like(here);
      await draw();
      say(`You rated ${all.length} films 4 or higher; ${here.length} of them are in this list of ${known.size}.`);
    } catch (e) {
      say(e.message);
    }
  };
  at("forget").onclick = async () => {
    const { tier } = await rec.forget();
    await draw();
    say(`Your ratings are forgotten (${tier}).`);
  };
  await draw();
  say(rec.likes.length ? `${rec.likes.length} films are remembered on this device.` : "No ratings yet.");
} catch (e) {
  say([e.message, e.remedy].filter(Boolean).join(" "));
  throw e;
}
