/** The timetable: sessions that are planned, and the calendar that has them. */

export interface TimetableWords {
  readonly timetable: string;
  readonly timetableLead: string;
  readonly timetableSignIn: string;
  readonly week: (first: string, last: string) => string;
  readonly weekBefore: string;
  readonly weekAfter: string;
  readonly thisWeek: string;
  readonly whoseSessions: string;
  readonly ownSessions: string;
  readonly allSessions: string;
  readonly nothingPlanned: string;
  readonly addSession: string;
  readonly changeSession: string;
  readonly sessionAdded: (title: string) => string;
  readonly sessionTitle: string;
  readonly howOften: string;
  readonly once: string;
  readonly everyWeek: string;
  readonly firstDate: string;
  readonly dateOnly: string;
  readonly lastDate: string;
  readonly startsAt: string;
  readonly minutesLong: string;
  readonly timeZone: string;
  readonly timeZoneHint: string;
  readonly boardOfSession: string;
  readonly newBoard: string;
  readonly ownBoard: string;
  readonly whichBoard: string;
  readonly roomsOfSession: string;
  readonly roomsHint: string;
  readonly noRooms: string;
  readonly weekly: string;
  readonly wasCancelled: string;
  readonly wasMoved: string;
  readonly liveNow: string;
  readonly hasEnded: string;
  readonly localTime: (time: string, zone: string) => string;
  readonly clockOf: (zone: string) => string;
  readonly openNow: (title: string) => string;
  readonly moreAbout: (title: string, day: string) => string;
  readonly moveDate: string;
  readonly cancelDate: string;
  readonly restoreDate: string;
  readonly toCalendar: string;
  readonly removeSession: string;
  readonly removeSessionTitle: (title: string) => string;
  readonly removeSessionText: string;
  readonly calendar: string;
  readonly calendarHint: string;
  readonly makeCalendarLink: string;
  readonly renewCalendarLink: string;
  readonly calendarLink: string;
  readonly calendarLinkMade: (time: string) => string;
  readonly subscribe: string;
  readonly todaysSessions: string;
}

export const en: TimetableWords = {
  timetable: "Timetable",
  timetableLead: "Sessions that you have planned. Panels in their rooms open them with one touch, from 15 minutes before until 15 minutes after.",
  timetableSignIn: "The timetable is for teachers and staff. Please sign in first.",
  week: (first, last) => `${first} to ${last}`,
  weekBefore: "The week before",
  weekAfter: "The week after",
  thisWeek: "This week",
  whoseSessions: "Whose sessions",
  ownSessions: "Mine",
  allSessions: "Everybody’s",
  nothingPlanned: "Nothing is planned in this week.",
  addSession: "Add a session",
  changeSession: "Change",
  sessionAdded: (title) => `“${title}” is in the timetable.`,
  sessionTitle: "Title",
  howOften: "How often",
  once: "Once",
  everyWeek: "Every week",
  firstDate: "First date",
  dateOnly: "Date",
  lastDate: "Until",
  startsAt: "Start",
  minutesLong: "Minutes",
  timeZone: "Time zone",
  timeZoneHint: "The place whose clock counts, such as Asia/Tokyo.",
  boardOfSession: "Board",
  newBoard: "A new one",
  ownBoard: "One of mine",
  whichBoard: "Which board",
  roomsOfSession: "Rooms",
  roomsHint: "The panel in a room takes part as an assistant.",
  noRooms: "No panel has been approved yet, so there is no room to choose.",
  weekly: "weekly",
  wasCancelled: "Cancelled",
  wasMoved: "Moved",
  liveNow: "Live now",
  hasEnded: "Ended",
  localTime: (time, zone) => `${time} in ${zone}`,
  clockOf: (zone) => `The date and time are those of ${zone}, where the session is planned.`,
  openNow: (title) => `Open ${title}`,
  moreAbout: (title, day) => `More about ${title}, ${day}`,
  moveDate: "Move this date",
  cancelDate: "Cancel this date",
  restoreDate: "As planned again",
  toCalendar: "Calendar file",
  removeSession: "Remove",
  removeSessionTitle: (title) => `Remove “${title}” from the timetable?`,
  removeSessionText: "All its dates go, those before and those to come. The board and what stands on it stay.",
  calendar: "In your calendar",
  calendarHint: "A calendar program reads your sessions by a secret link, again and again. Whoever has the link reads them too.",
  makeCalendarLink: "Make a link",
  renewCalendarLink: "Make a new link",
  calendarLink: "Calendar link",
  calendarLinkMade: (time) => `There is a link since ${time}. A new one ends it.`,
  subscribe: "Subscribe",
  todaysSessions: "Today",
};

export const ja: TimetableWords = {
  timetable: "時間割",
  timetableLead: "予定した授業や会議です。その部屋のパネルでは、開始15分前から終了15分後まで、ワンタッチで開けます。",
  timetableSignIn: "時間割は先生と職員が使います。先にサインインしてください。",
  week: (first, last) => `${first}から${last}`,
  weekBefore: "前の週",
  weekAfter: "次の週",
  thisWeek: "今週",
  whoseSessions: "だれの予定",
  ownSessions: "自分",
  allSessions: "全員",
  nothingPlanned: "この週の予定はありません。",
  addSession: "予定を追加",
  changeSession: "変更",
  sessionAdded: (title) => `「${title}」を時間割に入れました。`,
  sessionTitle: "名前",
  howOften: "くり返し",
  once: "1回だけ",
  everyWeek: "毎週",
  firstDate: "最初の日",
  dateOnly: "日付",
  lastDate: "いつまで",
  startsAt: "開始",
  minutesLong: "長さ（分）",
  timeZone: "タイムゾーン",
  timeZoneHint: "どの地域の時刻かを入力します。例：Asia/Tokyo",
  boardOfSession: "ボード",
  newBoard: "新しいボード",
  ownBoard: "自分のボード",
  whichBoard: "どのボード",
  roomsOfSession: "部屋",
  roomsHint: "その部屋のパネルは、アシスタントとして参加します。",
  noRooms: "承認されたパネルがまだないため、部屋を選べません。",
  weekly: "毎週",
  wasCancelled: "中止",
  wasMoved: "日時変更",
  liveNow: "開催中",
  hasEnded: "終了",
  localTime: (time, zone) => `${zone}では${time}`,
  clockOf: (zone) => `日付と時刻は、予定を立てた地域（${zone}）のものです。`,
  openNow: (title) => `「${title}」を開く`,
  moreAbout: (title, day) => `${day}「${title}」のその他の操作`,
  moveDate: "この回の日時を変更",
  cancelDate: "この回を中止",
  restoreDate: "予定どおりに戻す",
  toCalendar: "カレンダーファイル",
  removeSession: "削除",
  removeSessionTitle: (title) => `「${title}」を時間割から削除しますか？`,
  removeSessionText: "これまでの回も今後の回も、すべて削除されます。ボードと、そこに書いたものは残ります。",
  calendar: "カレンダーで見る",
  calendarHint: "カレンダーアプリが、秘密のリンクから予定を定期的に読み込みます。リンクを知っている人は、だれでも予定を見られます。",
  makeCalendarLink: "リンクを作る",
  renewCalendarLink: "新しいリンクを作る",
  calendarLink: "カレンダーのリンク",
  calendarLinkMade: (time) => `${time} に作ったリンクがあります。新しく作ると、前のものは使えなくなります。`,
  subscribe: "購読する",
  todaysSessions: "今日",
};
