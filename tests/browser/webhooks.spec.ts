/** Webhooks on the page of administrators: added, tried, looked after, turned off and deleted. */
import { PASSWORD, setUpLink } from "./support/accounts";
import { violations } from "./support/axe";
import { expect, test } from "./support/fixtures";
import { Server } from "./support/server.mjs";
import { genuine, WebhookReceiver } from "./support/webhook-receiver";

test("an administrator adds a webhook, tries it, renews its secret, turns it off and deletes it", async ({ people }) => {
  const server = await Server.start();
  const receiver = await WebhookReceiver.start();
  try {
    const page = await people.page();
    await page.goto(await setUpLink(server, "en"));
    await page.getByLabel("Your name").fill("Aoi Mori");
    await page.getByLabel("Login").fill("aoi");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.keyboard.press("Enter");

    const card = page.getByRole("region", { name: "Webhooks" });
    const address = card.getByLabel("Address of the program");
    const add = card.getByRole("button", { name: "Add webhook" });
    for (const refused of ["timetable", "http://169.254.169.254/latest/meta-data/", `${server.url}/api/v1/boards`]) {
      await address.fill(refused);
      await add.click();
      await expect(card.getByRole("alert")).toContainText("cannot be used");
    }
    await address.fill(receiver.url);
    await card.getByLabel("What it is for").fill("Timetable");
    await card.getByRole("switch", { name: "A board is downloaded as a whole" }).click();
    await add.click();
    const secret = await card.getByLabel("Secret").inputValue();
    expect(secret).toMatch(/^whsec_.{44}$/);
    const row = card.getByRole("listitem").filter({ hasText: "Timetable" });
    await expect(row).toContainText("A session starts · A session ends");
    await expect(row).not.toContainText("downloaded");

    await row.getByRole("button", { name: "Deliveries" }).click();
    await expect(row).toContainText("Nothing has been sent yet");
    await row.getByRole("button", { name: "Send a test" }).click();
    await expect(row).toContainText("Delivered (204");
    expect(receiver.came.map((came) => genuine(came, secret))).toEqual([true]);
    expect(await violations(page)).toEqual([]);

    receiver.status = 500;
    await row.getByRole("button", { name: "Send again" }).click();
    await expect(row).toContainText("Answered with an error (500");
    await expect(row).toContainText("Nothing delivered since");
    expect(receiver.came[1]?.headers["webhook-id"]).toBe(receiver.came[0]?.headers["webhook-id"]);

    receiver.status = 204;
    await row.getByRole("button", { name: "Change" }).click();
    await row.getByRole("button", { name: "New secret" }).click();
    const renewed = await row.getByLabel("Secret").inputValue();
    await row.getByRole("button", { name: "Deliveries" }).click();
    await row.getByRole("button", { name: "Send now" }).or(row.getByRole("button", { name: "Send again" })).first().click();
    await expect(row).toContainText("Delivered (204");
    const last = receiver.came.at(-1);
    expect(last !== undefined && genuine(last, secret) && genuine(last, renewed), "both secrets sign for a day").toBe(true);

    await row.getByRole("button", { name: "Turn off" }).click();
    await row.getByRole("button", { name: "Send a test" }).click();
    await expect(row.getByRole("alert")).toContainText("Turn it on first");
    await row.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await expect(card.getByRole("listitem")).toHaveCount(0);
    await expect(page.getByText("Webhook deleted")).toBeVisible();
  } finally {
    receiver.stop();
    await server.remove();
  }
});
