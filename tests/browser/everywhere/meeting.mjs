/** A meeting: led in the browser that is tried, and taken part in, from the lobby on. */
import { until } from "../support/report.mjs";

/** What a pupil's screen says of a timer that runs. */
const RUNS = `/^[01]:[0-5]\\d$/.test((document.querySelector("[role=timer]") || {}).textContent || "")`;

/** Whether some text stands in a part of the screen. @param {string} text @param {string} [within] */
const says = (text, within = "body") => `[...document.querySelectorAll(${JSON.stringify(within)})].some(function (part) { return part.innerText.includes(${JSON.stringify(text)}); })`;

/** @param {import("./trial.mjs").Trial} trial */
export async function meeting(trial) {
  const { far, hand, name, other, server, tried } = trial;
  const press = (/** @type {string | RegExp} */ what) => other.getByRole("button", { name: what, exact: typeof what === "string" }).click({ timeout: 10_000 });

  await trial.check(`a session is led in ${name}: hands, timer, chat, screens, attendance, one view for all`, async () => {
    await hand.go(`${server.url}/?lang=en`);
    await hand.click("Start a board");
    await hand.ready();
    await hand.click("Meeting");
    await hand.click("Start session");
    await hand.find("Lead");
    await other.goto(`${server.url}${await hand.run("location.pathname")}?lang=en`);
    await press("Raise hand");
    await hand.sees("the hand in the list of people", `!!document.querySelector(".person-hand")`);
    await hand.click(/^Actions for /);
    await hand.click(/^Lower /);
    await other.getByRole("button", { name: "Raise hand" }).waitFor({ timeout: 10_000 });

    await hand.click("Lead");
    await hand.click("1 min");
    await until("the timer there", () => far(RUNS), Boolean);
    await hand.sees("the timer here", RUNS);
    await hand.click("Take everyone to my view");
    await until("the view there", () => far(says("You see the view of", ".spotlight-bar")), Boolean);
    await hand.click("Let everyone go", ".meeting-panel");
    await until("the view to be given back", () => far(`document.querySelector(".spotlight-bar") === null`), Boolean);

    await press("Meeting");
    await other.getByRole("tab", { name: "Chat" }).click();
    await other.getByLabel("Message to everyone").fill("もう一度お願いします");
    await other.keyboard.press("Enter");
    await hand.click(/^Chat/);
    await hand.sees("what was said", says("もう一度お願いします", ".meeting-body"));
    await hand.click("Message to everyone");
    await tried.type("gladly");
    await tried.press("Enter");
    await until("the answer there", () => far(says("gladly", ".meeting-body")), Boolean);
    await hand.click("Screens");
    await hand.sees("the pupil's screen in step", says("In step", ".meeting-body"));
    await hand.click("Attendance");
    await hand.sees("both in the attendance", `document.querySelectorAll(".attended li").length === 2`);
    await hand.find("Save as CSV");

    // A minute goes by at once on this device.
    await hand.run(`Object.defineProperty(performance, "timeOrigin", { value: performance.timeOrigin + 60000 })`);
    await hand.sees("that the time is up", says("Time is up", "[role=timer]"));
  });

  await trial.check(`in ${name} one waits in the lobby, is let in, takes part, and is taken to one view`, async () => {
    await other.goto(`${server.url}/?lang=en`);
    await press("Start a board");
    await other.getByRole("application").waitFor();
    await press("Share");
    await other.getByRole("radio", { name: "Stays out" }).check();
    await other.getByRole("switch", { name: "Waits to be let in" }).click();
    await press("Make a link");
    const field = other.getByRole("textbox", { name: "Link", exact: true });
    const link = new URL(await until("a link to pass on", () => field.inputValue(), (value) => value.includes("#link=")));
    link.searchParams.set("lang", "en");
    await press("Close");
    await press(/^Meeting/);
    await press("Start session");
    await hand.go(link.href);
    await hand.sees("the lobby", says("Please wait a moment", "h1"));
    await press(/^Let .* in$/);
    await hand.ready();
    await hand.click("Raise hand");
    await other.getByRole("img", { name: "Hand raised, number 1" }).waitFor({ timeout: 10_000 });
    await hand.find("Lower hand");
    await other.getByRole("tab", { name: "Lead" }).click();
    await press("1 min");
    await hand.sees("the timer", RUNS);
    await press("Take everyone to my view");
    await hand.sees("whose view it is", says("You see the view of", ".spotlight-bar"));
    await hand.click("Look around");
    await hand.find(/^Back to /);
    await hand.click("Meeting");
    await hand.click("Reactions");
    await hand.click("Well done");
    await until("the sign there", () => far(says("Well done", ".signs-shown")), Boolean);
    await hand.click("Close the meeting panel");
    await press("End session");
    await other.getByRole("dialog").getByRole("button", { name: "End session" }).click();
    await hand.sees("the end of it", `document.querySelector(".spotlight-bar") === null`);
  });
}
