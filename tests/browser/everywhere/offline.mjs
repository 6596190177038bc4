/** Without the server: what was written is kept, the app opens from the device, and all of it arrives in the end. */
import assert from "node:assert/strict";
import { ASK, until } from "../support/report.mjs";

/** When the board's page was last written to the device, milliseconds since 1970. It is on a calm moment, ten seconds after the time before at the earliest. */
function pageKeptAt(/** @type {string} */ board) {
  return new Promise((resolve) => {
    const opening = indexedDB.open("kakehashi-documents");
    opening.onsuccess = () => {
      const database = opening.result;
      const listing = database.transaction("entries").objectStore("entries").getAll();
      listing.onsuccess = () => {
        database.close();
        const pages = listing.result.filter((entry) => entry.board === board && entry.document !== "0000000000000000.0");
        resolve(Math.max(0, ...pages.map((entry) => entry.at)));
      };
    };
  });
}

/** Which changes of a board the device holds that no server may have; they are written beside the drawing, and a page that is left waits for nothing. */
function changesKept(/** @type {string} */ board) {
  return new Promise((resolve) => {
    const opening = indexedDB.open("kakehashi");
    opening.onsuccess = () => {
      const database = opening.result;
      const listing = database.transaction("changes").objectStore("changes").getAllKeys(IDBKeyRange.bound([board], [board, []]));
      listing.onsuccess = () => {
        database.close();
        resolve(listing.result.map(String));
      };
    };
  });
}

/** @param {import("./trial.mjs").Trial} trial */
export async function offline(trial) {
  const { far, hand, name, server, tried } = trial;
  const address = await trial.shared();
  const board = new URL(address).pathname.replace("/b/", "");
  const unsaved = `window.kakehashi.unsaved()`;
  let back = 0;

  await trial.check(`the server is killed while ${name} writes; nothing is lost`, async () => {
    const path = await hand.stroke("の", 84, [0.1, 0.2, 0.2, 0.4]);
    const half = Math.floor(path.length / 2);
    await tried.down(path[0] ?? { x: 0, y: 0 });
    await tried.move(path.slice(1, half));
    await server.kill();
    await tried.move(path.slice(half));
    await tried.up(path[path.length - 1] ?? { x: 0, y: 0 });
    await until("unsaved changes", () => hand.run(unsaved), (count) => count > 0);
    await hand.sees("the sentence for it", `/kept on this device/i.test(document.querySelector("[role=status]").textContent)`);
    back = Date.now();
    await server.up();
    await trial.agreed();
    assert.equal((await far(ASK.points)).length, 1);
  });

  await trial.check(`without the server ${name} opens the board from the device, writes on, and hands it in later`, async () => {
    await hand.sees("the app to be kept", `navigator.serviceWorker.controller !== null`);
    await until("what was saved to be on the device too", () => hand.ask(pageKeptAt, board), (/** @type {number} */ at) => at >= back);
    await server.kill();
    await hand.go(address);
    await hand.sees("the board", `!!window.kakehashi && window.kakehashi.records().length === 1 && !document.querySelector(".waiting")`);
    const before = await hand.ask(changesKept, board);
    await hand.dragOver([0.5, 0.3], [0.8, 0.3]);
    await until("new changes on the device", () => hand.ask(changesKept, board), (/** @type {string[]} */ kept) => kept.some((key) => !before.includes(key)));
    await hand.go(address);
    // As soon as the board is shown, what was left is on it, and counts.
    const [strokes, left] = await hand.sees("the board, after another load", `!!window.kakehashi && !document.querySelector(".waiting") && [window.kakehashi.records().length, window.kakehashi.unsaved()]`);
    assert.equal(strokes, 2);
    assert.ok(left > 0, `${left} unsaved changes`);
    await server.up();
    await trial.agreed();
    assert.equal((await far(ASK.points)).length, 2);
  });
  // What failed above may have left it so.
  if (!server.running) await server.up();

  await trial.check(`${name}, loaded again, holds the same`, async () => {
    const before = await trial.agreed();
    await hand.go(address);
    await hand.ready();
    assert.equal(await trial.agreed(), before);
  });
}
