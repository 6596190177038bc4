/** What goes on in a meeting beside the board: timer, signs, one view for all, screens, what is said, who was here. */

export interface TalkWords {
  readonly talk: {
    readonly lead: string;
    readonly onlyInSession: string;
    readonly timer: string;
    readonly timerLength: string;
    readonly minutes: (count: number) => string;
    readonly ownMinutes: string;
    readonly minutesAllowed: (most: number) => string;
    readonly startTimer: string;
    readonly stopTimer: string;
    readonly oneMinuteMore: string;
    readonly timeIsUp: string;
    readonly timerStopped: string;
    readonly timeLeft: (seconds: number) => string;
    readonly oneView: string;
    readonly oneViewHint: string;
    readonly takeAllToMyView: string;
    readonly letAllGo: string;
    readonly yourViewIsShown: string;
    readonly viewOf: (name: string) => string;
    readonly viewOfNobody: string;
    readonly youLookAround: string;
    readonly lookAround: string;
    readonly backTo: (name: string) => string;
    readonly signsTitle: string;
    readonly signsHint: string;
    readonly signs: readonly string[];
    readonly screens: string;
    readonly noScreens: string;
    readonly panel: string;
    readonly noConnection: string;
    readonly notToldYet: string;
    readonly inStep: string;
    readonly secondsBehind: (seconds: number) => string;
    readonly roundTrip: (milliseconds: number) => string;
    readonly chat: string;
    readonly chatForParticipants: string;
    readonly messages: string;
    readonly with: string;
    readonly everyone: string;
    readonly leaders: string;
    readonly you: string;
    readonly threadWithUnread: (name: string, count: number) => string;
    readonly unread: (count: number) => string;
    readonly unreadThreads: string;
    readonly nothingSaid: string;
    readonly nothingAsked: string;
    readonly nothingSaidAtDesk: string;
    readonly viewersAsk: string;
    readonly sayToAll: string;
    readonly sayToLeaders: string;
    readonly sayTo: (name: string) => string;
    readonly send: string;
    readonly takeBack: string;
    readonly messageFrom: (name: string) => string;
    readonly lettersLeft: (count: number) => string;
    readonly tooLong: (count: number) => string;
    readonly attendance: string;
    readonly nobodyAttended: string;
    readonly saveAttendance: string;
    readonly attendanceFile: string;
    readonly attendanceColumns: readonly string[];
    readonly cameAs: Readonly<Record<"account" | "guest" | "panel", string>>;
    readonly fromTo: (from: string, to: string) => string;
    readonly hereSince: (from: string) => string;
    readonly connections: (count: number) => string;
    readonly outages: (count: number, length: string) => string;
  };
}

export const en: TalkWords = {
  talk: {
    lead: "Lead",
    onlyInSession: "There is a timer, and one view for everyone, while a session is on.",
    timer: "Timer",
    timerLength: "How long",
    minutes: (count) => `${count} min`,
    ownMinutes: "Other length in minutes",
    minutesAllowed: (most) => `Whole minutes from 1 to ${most}.`,
    startTimer: "Start",
    stopTimer: "Stop",
    oneMinuteMore: "+1 minute",
    timeIsUp: "Time is up",
    timerStopped: "The timer was stopped.",
    timeLeft: (seconds) => (seconds < 60 ? `${seconds} seconds left` : seconds < 120 ? "1 minute left" : `${Math.round(seconds / 60)} minutes left`),
    oneView: "One view for everyone",
    oneViewHint: "Every screen goes to your page and shows what you see, until you let go.",
    takeAllToMyView: "Take everyone to my view",
    letAllGo: "Let everyone go",
    yourViewIsShown: "Everyone sees your view",
    viewOf: (name) => `You see the view of ${name}`,
    viewOfNobody: "The one whose view it was has left.",
    youLookAround: "You are looking around",
    lookAround: "Look around",
    backTo: (name) => `Back to ${name}`,
    signsTitle: "Reactions",
    signsHint: "Everyone sees it for a few seconds, with your name.",
    signs: ["Good", "Well done", "Thank you", "I am done", "I have a question", "Slower, please"],
    screens: "Screens",
    noScreens: "No other screen takes part yet.",
    panel: "Wall panel",
    noConnection: "No connection",
    notToldYet: "Has not reported yet",
    inStep: "In step",
    secondsBehind: (seconds) => `${seconds} s behind`,
    roundTrip: (milliseconds) => `${milliseconds} ms`,
    chat: "Chat",
    chatForParticipants: "Those who take part in a session can write to each other here.",
    messages: "Messages",
    with: "With",
    everyone: "Everyone",
    leaders: "Those who lead",
    you: "You",
    threadWithUnread: (name, count) => `${name} (${count} unread)`,
    unread: (count) => (count === 1 ? "1 unread message" : `${count} unread messages`),
    unreadThreads: "Unread messages",
    nothingSaid: "Nothing has been written yet. Everyone here reads it.",
    nothingAsked: "Only you and those who lead read what is written here.",
    nothingSaidAtDesk: "Only this person and those who lead read what is written here.",
    viewersAsk: "You are looking on. You can write to those who lead.",
    sayToAll: "Message to everyone",
    sayToLeaders: "Message to those who lead",
    sayTo: (name) => `Message to ${name}`,
    send: "Send",
    takeBack: "Take back",
    messageFrom: (name) => `${name} has written to you.`,
    lettersLeft: (count) => (count === 1 ? "1 letter left" : `${count} letters left`),
    tooLong: (count) => (count === 1 ? "1 letter too many" : `${count} letters too many`),
    attendance: "Attendance",
    nobodyAttended: "Once a session is on, it stands here who was there, and when.",
    saveAttendance: "Save as CSV",
    attendanceFile: "attendance",
    attendanceColumns: ["Session", "Name", "Role", "Came as", "First seen", "Last seen", "Connections", "Outages", "Time away"],
    cameAs: { account: "Account", guest: "Guest", panel: "Wall panel" },
    fromTo: (from, to) => `${from} to ${to}`,
    hereSince: (from) => `here since ${from}`,
    connections: (count) => (count === 1 ? "1 connection" : `${count} connections`),
    outages: (count, length) => (count === 1 ? `1 outage, ${length} away` : `${count} outages, ${length} away`),
  },
};

export const ja: TalkWords = {
  talk: {
    lead: "進行",
    onlyInSession: "タイマーと「全員をこの画面に」は、会議中に使えます。",
    timer: "タイマー",
    timerLength: "時間の長さ",
    minutes: (count) => `${count}分`,
    ownMinutes: "ほかの長さ（分）",
    minutesAllowed: (most) => `1から${most}までの整数で入力してください。`,
    startTimer: "開始",
    stopTimer: "止める",
    oneMinuteMore: "1分追加",
    timeIsUp: "時間です",
    timerStopped: "タイマーを止めました。",
    timeLeft: (seconds) => (seconds < 60 ? `残り${seconds}秒` : `残り${Math.round(seconds / 60)}分`),
    oneView: "全員で同じ画面を見る",
    oneViewHint: "全員の画面が、あなたのページと見ている場所に切り替わります。",
    takeAllToMyView: "全員をこの画面に",
    letAllGo: "全員を自由にする",
    yourViewIsShown: "全員があなたの画面を見ています",
    viewOf: (name) => `${name} の画面を表示中`,
    viewOfNobody: "画面を見せていた人は退出しました。",
    youLookAround: "自由に見ています",
    lookAround: "自由に見る",
    backTo: (name) => `${name} の画面に戻る`,
    signsTitle: "リアクション",
    signsHint: "数秒間、あなたの名前と一緒に全員に表示されます。",
    signs: ["いいね", "すごい", "ありがとう", "できました", "質問があります", "もう少しゆっくり"],
    screens: "画面",
    noScreens: "ほかに参加している画面はまだありません。",
    panel: "電子黒板",
    noConnection: "接続が切れています",
    notToldYet: "まだ報告がありません",
    inStep: "遅れなし",
    secondsBehind: (seconds) => `${seconds}秒遅れ`,
    roundTrip: (milliseconds) => `応答 ${milliseconds} ms`,
    chat: "チャット",
    chatForParticipants: "会議に参加すると、ここで文字のやりとりができます。",
    messages: "メッセージ",
    with: "相手",
    everyone: "全員",
    leaders: "進行役だけ",
    you: "あなた",
    threadWithUnread: (name, count) => `${name}（未読${count}件）`,
    unread: (count) => `未読メッセージ${count}件`,
    unreadThreads: "未読のメッセージ",
    nothingSaid: "まだメッセージはありません。ここに書くと全員が読めます。",
    nothingAsked: "ここに書いたものは、あなたと進行役だけが読めます。",
    nothingSaidAtDesk: "ここに書いたものは、この人と進行役だけが読めます。",
    viewersAsk: "見るだけで参加しています。進行役にはメッセージを送れます。",
    sayToAll: "全員へのメッセージ",
    sayToLeaders: "進行役へのメッセージ",
    sayTo: (name) => `${name} へのメッセージ`,
    send: "送信",
    takeBack: "取り消す",
    messageFrom: (name) => `${name} からメッセージが届きました。`,
    lettersLeft: (count) => `あと${count}文字`,
    tooLong: (count) => `${count}文字多すぎます`,
    attendance: "出席",
    nobodyAttended: "会議が始まると、だれがいつ参加したかがここに表示されます。",
    saveAttendance: "CSV で保存",
    attendanceFile: "出席",
    attendanceColumns: ["会議の開始", "名前", "役割", "参加方法", "最初の参加", "最後の参加", "接続回数", "切断回数", "不在時間"],
    cameAs: { account: "アカウント", guest: "ゲスト", panel: "電子黒板" },
    fromTo: (from, to) => `${from}から${to}まで`,
    hereSince: (from) => `${from} から参加中`,
    connections: (count) => `接続${count}回`,
    outages: (count, length) => `切断${count}回（計${length}）`,
  },
};
