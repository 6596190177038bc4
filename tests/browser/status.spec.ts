/** The line that says whether everything is saved never says so while it is not. */
import { agreed } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import { fitInto, handwriting } from "./support/ink.mjs";

test("offline it says so and that what one writes is kept, and says that all is saved only when it is", async ({ people, server }) => {
  const board = await people.join();
  await expect(board.statusLine).toHaveText("All saved");
  // Whenever the line claims that all is saved, it has to be.
  await board.page.evaluate(() => {
    const lies: string[] = [];
    (window as unknown as { lies: string[] }).lies = lies;
    const look = (): void => {
      const line = document.querySelector("[role=status]")?.textContent ?? "";
      const unsaved = window.kakehashi?.unsaved() ?? 0;
      if (line === "All saved" && (unsaved > 0 || window.kakehashi?.status() !== "live")) lies.push(`${unsaved} ${window.kakehashi?.status()}`);
      requestAnimationFrame(look);
    };
    // The page paints the line in the frame after the board's word of it; one frame is not yet a lie.
    requestAnimationFrame(look);
  });
  await server.kill();
  await expect(board.statusLine).toHaveText("No connection. You can go on; what you write is kept on this device.", { timeout: 15_000 });
  expect(await board.status()).toBe("offline");
  await board.write(fitInto(handwriting("け", 41), await board.area(0.3, 0.3, 0.3, 0.3)));
  expect(await board.unsaved()).toBeGreaterThan(0);
  await expect(board.statusLine).toHaveText("Kept on this device until the connection is back");
  await server.up();
  await agreed([board], 30_000);
  await expect(board.statusLine).toHaveText("All saved");
  const lies = await board.page.evaluate(() => (window as unknown as { lies: string[] }).lies);
  expect(lies).toEqual([]);
});
