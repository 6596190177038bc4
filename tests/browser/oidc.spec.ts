/** Signing in by a provider of OpenID Connect: a real one, with its own process and its own screens. */
import { once } from "node:events";
import { createServer } from "node:net";
import type { BrowserContext, Page } from "@playwright/test";
import { PASSWORD, setUpLink } from "./support/accounts";
import { violations } from "./support/axe";
import { expect, test } from "./support/fixtures";
import { Provider } from "./support/provider";
import { Server } from "./support/server.mjs";

const ATTEMPT = "kakehashi-oidc";

let server: Server;
let provider: Provider;

/** A port that nobody listens on: server and provider have to know each other's address before they start. */
async function freePort(): Promise<number> {
  const socket = createServer().listen(0, "127.0.0.1");
  await once(socket, "listening");
  const address = socket.address();
  socket.close();
  await once(socket, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

test.beforeAll(async () => {
  const port = await freePort();
  const at = `http://127.0.0.1:${port}`;
  provider = await Provider.start(at);
  const secrets = { KAKEHASHI_OIDC_SECRET: "secret of kakehashi" };
  const flags = ["--public-url", at, "--oidc-issuer", provider.issuer, "--oidc-client", "kakehashi", "--oidc-label", "School"];
  server = await Server.start(undefined, { port, flags, secrets });
  await asked("POST", "setup", { secret: /#(\w+)$/.exec(await setUpLink(server, "en"))?.[1], login: "aoi", name: "Aoi Mori", password: PASSWORD });
});

test.afterAll(async () => {
  await server.remove();
  await provider.end();
});

/** Asks the server as a program without a browser; answers with the body. */
async function asked(method: string, path: string, body: unknown, cookie = ""): Promise<{ answer: Response; said: unknown }> {
  const answer = await fetch(`${server.url}/api/v1/${path}`, { method, headers: { "Content-Type": "application/json", cookie }, body: JSON.stringify(body) });
  return { answer, said: await answer.json().catch(() => null) };
}

/** The administrator's cookie. */
async function administrator(): Promise<string> {
  const { answer } = await asked("POST", "sign-in", { login: "aoi", password: PASSWORD });
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

async function account(page: Page): Promise<{ account: number; login: string; name: string } | null> {
  return page.evaluate(async () => (await (await fetch("/api/v1/me")).json()).account);
}

async function open(page: Page, path = "/account"): Promise<void> {
  await page.goto(`${server.url}${path.replace("#", "?lang=en#")}${path.includes("#") ? "" : "?lang=en"}`);
}

/** On the provider's screens: who one is, and that this server may know it. */
async function logIn(page: Page, login: string): Promise<void> {
  await expect(page).toHaveURL(new RegExp(`^${provider.issuer}/interaction/`));
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(`${server.url}/**`);
}

const button = (page: Page) => page.getByRole("button", { name: "Sign in with School" });

/** Changes what the browser is sent to the provider with, as somebody could who sits between. */
async function tamper(page: Page, change: (asked: URLSearchParams) => void): Promise<void> {
  await page.route("**/api/v1/oidc/start", async (route) => {
    const answer = await route.fetch();
    const place = new URL((await answer.json()).location);
    change(place.searchParams);
    await route.fulfill({ response: answer, json: { location: place.href } });
  });
}

async function attemptOf(context: BrowserContext) {
  return (await context.cookies()).filter((cookie) => cookie.name === ATTEMPT);
}

test("one signs in at the provider, is the same account the next time, and signs out there too", async ({ people }) => {
  const page = await people.page();
  await open(page);
  expect(await violations(page)).toEqual([]);
  await button(page).click();
  await expect(page.locator("input[name=login]")).toBeVisible();
  const [attempt] = await attemptOf(page.context());
  expect(attempt).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
  await logIn(page, "hana");
  await expect(page.getByText("hana of School")).toBeVisible();
  expect(page.url()).toBe(`${server.url}/account`);
  expect(await attemptOf(page.context())).toEqual([]);
  const first = await account(page);
  expect(first).toMatchObject({ login: "hana", name: "hana of School" });
  await expect(page.getByText("Connected to School")).toBeVisible();
  await expect(page.getByRole("button", { name: "Disconnect" })).toHaveCount(0);
  expect(await violations(page)).toEqual([]);

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByText("At School this browser may still be signed in")).toBeVisible();
  await button(page).click();
  await expect(page.getByText("hana of School")).toBeVisible();
  expect(await account(page)).toEqual(first);

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign out of School too" }).click();
  await page.getByRole("button", { name: "Yes" }).click();
  await page.waitForURL(`${server.url}/account**`);
  await button(page).click();
  await expect(page.locator("input[name=login]")).toBeVisible();
  // One thinks better of it.
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(page.getByRole("alert")).toContainText("did not sign you in");
  expect(await account(page)).toBeNull();

  const { answer } = await asked("PATCH", `accounts/${first?.account}`, { closed: true }, await administrator());
  expect(answer.status).toBe(204);
  await button(page).click();
  await logIn(page, "hana");
  await expect(page.getByRole("alert")).toContainText("This account is closed");
});

test("an account with a password is connected, and what another has begun or changed on the way leads nowhere", async ({ people }) => {
  const page = await people.page();
  await open(page);
  await page.getByLabel("Login").fill("aoi");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Connect to School" }).click();
  await expect(page.locator("input[name=login]")).toBeVisible();
  const kept = await attemptOf(page.context());
  const back = page.waitForRequest((request) => request.url().includes("/oidc/callback?"));
  await logIn(page, "a.mori");
  const callback = (await back).url();
  await expect(page.getByText("Connected to School").first()).toBeVisible();
  const own = await account(page);

  // The address that the provider sent the browser to: again, again with its cookie, and in another browser.
  await page.goto(callback);
  await expect(page.getByRole("alert")).toContainText("begun in another window");
  await page.context().addCookies(kept);
  await page.goto(callback);
  await expect(page.getByRole("alert")).toContainText("did not sign you in");
  const other = await people.page();
  await other.goto(callback);
  await expect(other.getByRole("alert")).toContainText("begun in another window");
  expect(await account(other)).toBeNull();

  await page.getByRole("button", { name: "Sign out" }).click();
  const ways: readonly [string, (asked: URLSearchParams) => void][] = [
    ["begun in another window", (asked) => asked.set("state", "x".repeat(64))],
    ["could not be checked", (asked) => asked.set("nonce", "x".repeat(64))],
    ["did not sign you in", (asked) => asked.set("code_challenge", "x".repeat(43))],
    ["did not sign you in", (asked) => asked.set("client_id", "another")],
  ];
  for (const [sentence, change] of ways) {
    await tamper(page, change);
    await button(page).click();
    // The replay above has cost the consent; another client has none either.
    await page.waitForURL(new RegExp(`^${provider.issuer}/interaction/|#`));
    const agree = page.getByRole("button", { name: "Continue" });
    await expect(agree.or(page.getByRole("alert"))).toBeVisible();
    if (await agree.isVisible()) await agree.click();
    await expect(page.getByRole("alert"), sentence).toContainText(sentence);
    expect(await account(page)).toBeNull();
    await page.unroute("**/api/v1/oidc/start");
  }
  await button(page).click();
  await expect(page.getByText("Connected to School").first()).toBeVisible();
  expect(await account(page)).toEqual(own);
  await page.getByRole("button", { name: "Disconnect" }).click();
  await expect(page.getByRole("button", { name: "Connect to School" })).toBeVisible();
});

test("keys change, the provider goes away and passwords go on, and without an invitation nobody new comes in", async ({ people }) => {
  // With another key, of which the server has not heard.
  await provider.end();
  provider = await Provider.start(server.url, provider.issuer);
  const page = await people.page();
  await page.goto(`http://localhost:${new URL(server.url).port}/account?lang=en`);
  await button(page).click();
  // The provider knows the server by another address than this one.
  await page.waitForURL(`${server.url}/account?lang=en`);
  await button(page).click();
  await logIn(page, "ken");
  await expect(page.getByText("ken of School")).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();

  await provider.end();
  await server.kill();
  server.flags = [...server.flags, "--oidc-create", "false"];
  await server.up();
  await open(page);
  await button(page).click();
  await expect(page.getByRole("alert")).toContainText("cannot be reached");
  await page.getByLabel("Login").fill("aoi");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Aoi Mori")).toBeVisible();

  provider = await Provider.start(server.url, provider.issuer);
  const guest = await people.page();
  await open(guest);
  await expect(async () => {
    await button(guest).click();
    await expect(guest.locator("input[name=login]")).toBeVisible({ timeout: 1000 });
  }).toPass();
  await logIn(guest, "rin");
  await expect(guest.getByRole("alert")).toContainText("no account on this server yet");
  const { said } = await asked("POST", "invitations", { administrator: false }, await administrator());
  await open(guest, `/invite#${(said as { token: string }).token}`);
  await guest.getByRole("button", { name: "Make it with School" }).click();
  await expect(guest.getByText("rin of School")).toBeVisible();
  expect(await account(guest)).toMatchObject({ login: "rin" });
});
