/** Every sentence and every label of the app, an area a file. Both languages fill each; nothing else holds words. */
import * as door from "./door";
import * as board from "./board";
import * as tools from "./tools";
import * as pages from "./pages";
import * as people from "./people";
import * as kiosk from "./kiosk";
import * as notices from "./notices";
import * as chrome from "./chrome";
import * as out from "./out";
import * as select from "./select";
import * as together from "./together";
import * as accounts from "./accounts";
import * as reset from "./reset";
import * as provider from "./provider";
import * as panels from "./panels";
import * as webhooks from "./webhooks";
import * as meeting from "./meeting";
import * as talk from "./talk";
import * as timetable from "./timetable";
import * as ownPages from "./own-pages";
import * as call from "./call";
import * as callDevices from "./call-devices";

export interface Words extends door.DoorWords, kiosk.KioskWords, board.BoardWords, tools.ToolsWords, pages.PagesWords, people.PeopleWords, notices.NoticesWords, chrome.ChromeWords, out.OutWords, select.SelectWords, together.TogetherWords, accounts.AccountsWords, reset.ResetWords, provider.ProviderWords, panels.PanelsWords, webhooks.WebhooksWords, meeting.MeetingWords, talk.TalkWords, timetable.TimetableWords, ownPages.OwnPagesWords, call.CallWords, callDevices.CallDevicesWords {}

export const en: Words = { ...door.en, ...kiosk.en, ...board.en, ...tools.en, ...pages.en, ...people.en, ...notices.en, ...chrome.en, ...out.en, ...select.en, ...together.en, ...accounts.en, ...reset.en, ...provider.en, ...panels.en, ...webhooks.en, ...meeting.en, ...talk.en, ...timetable.en, ...ownPages.en, ...call.en, ...callDevices.en };
export const ja: Words = { ...door.ja, ...kiosk.ja, ...board.ja, ...tools.ja, ...pages.ja, ...people.ja, ...notices.ja, ...chrome.ja, ...out.ja, ...select.ja, ...together.ja, ...accounts.ja, ...reset.ja, ...provider.ja, ...panels.ja, ...webhooks.ja, ...meeting.ja, ...talk.ja, ...timetable.ja, ...ownPages.ja, ...call.ja, ...callDevices.ja };
