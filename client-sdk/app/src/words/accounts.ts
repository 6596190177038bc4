/** Accounts, invitations, and the doors of boards. */

export interface AccountsWords {
  readonly account: string;
  readonly signIn: string;
  readonly signInLead: string;
  readonly signOut: string;
  readonly howToGetAnAccount: string;
  readonly noAccountsTitle: string;
  readonly noAccountsLead: string;
  readonly notLetInTitle: string;
  readonly setUpTitle: string;
  readonly setUpLead: string;
  readonly setUp: string;
  readonly setUpSecret: string;
  readonly setUpSecretHint: string;
  readonly inviteTitle: string;
  readonly inviteLead: string;
  readonly makeAccount: string;
  readonly login: string;
  readonly loginHint: string;
  readonly password: string;
  readonly passwordHint: string;
  readonly passwordNow: string;
  readonly passwordNew: string;
  readonly changePassword: string;
  readonly changePasswordHint: string;
  readonly passwordChanged: string;
  readonly keys: string;
  readonly keysHint: string;
  readonly keyName: string;
  readonly keyNameHint: string;
  readonly keyLength: string;
  readonly makeKey: string;
  readonly key: string;
  readonly copyKey: string;
  readonly keyCopied: string;
  readonly keyGives: (scopes: readonly string[], ends: string) => string;
  readonly scopes: Readonly<Record<Scope, string>>;
  readonly administration: string;
  readonly onlyAdministrators: string;
  readonly boards: string;
  readonly whoStarts: string;
  readonly startsAnyone: string;
  readonly startsAccounts: string;
  readonly startsHint: string;
  readonly accounts: string;
  readonly administrator: string;
  readonly teacher: string;
  readonly closedAccount: string;
  readonly makeAdministrator: string;
  readonly makeTeacher: string;
  readonly closeAccount: string;
  readonly openAccount: string;
  readonly invitations: string;
  readonly invitationsHint: string;
  readonly inviteAs: string;
  readonly invite: string;
  readonly invitationLink: string;
  readonly toldOnce: string;
  readonly invitedBy: (login: string, ends: string) => string;
  readonly revoke: string;
  readonly audit: string;
  readonly auditHint: string;
  readonly olderEntries: string;
  readonly auditActs: Readonly<Record<AuditAct, string>>;
  readonly accountProblems: Readonly<Record<AccountProblem, string>>;
  readonly whoComesIn: string;
  readonly withLink: string;
  readonly withLinkHint: string;
  readonly mayWrite: string;
  readonly mayLook: string;
  readonly mayNot: string;
  readonly newDoor: string;
  readonly doorRole: string;
  readonly doorLength: string;
  readonly lengths: Readonly<Record<"hour" | "day" | "week" | "year", string>>;
  readonly makeLink: string;
  readonly makeCode: string;
  readonly openDoors: string;
  readonly linkNumber: (number: number | string) => string;
  readonly doorGives: (role: string, ends: string) => string;
  readonly doorSays: (role: string, ends: string) => string;
  readonly closedNow: string;
  readonly ownDoor: string;
}

type Scope = "boards.read" | "boards.enter" | "boards.start" | "boards.lead" | "server.read" | "server.change";

type AuditAct =
  | "set-up"
  | "signed-in"
  | "locked"
  | "password"
  | "connected"
  | "disconnected"
  | "invited"
  | "invitation-revoked"
  | "reset"
  | "reset-revoked"
  | "joined"
  | "account"
  | "starts"
  | "door"
  | "link-made"
  | "link-revoked"
  | "key-made"
  | "key-revoked"
  | "webhook-made"
  | "webhook-changed"
  | "webhook-rolled"
  | "webhook-deleted"
  | "webhook-disabled"
  | "removed"
  | "exported"
  | "panel-approved"
  | "panel-changed"
  | "panel-revoked"
  | "given"
  | "scheduled"
  | "rescheduled"
  | "unscheduled"
  | "feed-made"
  | "feed-revoked";

type AccountProblem =
  | "setup"
  | "sign_in"
  | "signed_out"
  | "administrator"
  | "login"
  | "password"
  | "name"
  | "login_taken"
  | "last_administrator"
  | "own_account"
  | "approver"
  | "invitation"
  | "too_often"
  | "too_many_links"
  | "too_many_keys"
  | "unknown_key"
  | "no_scope"
  | "plan"
  | "not_yours"
  | "unknown_room"
  | "too_many_rooms"
  | "too_many_sessions"
  | "unknown_session"
  | "unknown_feed"
  | "unknown_link"
  | "eight_digits"
  | "pairing"
  | "unknown_panel"
  | "too_many_panels"
  | "not_of_panel"
  | "unknown_account"
  | "owned"
  | "role"
  | "removed"
  | "closed"
  | "busy"
  | "disk_full";

export const en: AccountsWords = {
  account: "Account",
  signIn: "Sign in",
  signInLead: "For teachers and staff. Joining a board needs no account.",
  signOut: "Sign out",
  howToGetAnAccount: "No account yet, or the password forgotten? Ask an administrator of this server for an invitation.",
  noAccountsTitle: "No accounts here yet",
  noAccountsLead: "Boards can be started and joined without one. The link that makes the first account is in the server’s log.",
  notLetInTitle: "You cannot join this board",
  setUpTitle: "Set up this server",
  setUpLead: "Make the first account. With it you invite others and decide who may start boards. Boards that exist already stay as they are.",
  setUp: "Set up",
  setUpSecret: "Set-up secret",
  setUpSecretHint: "The server wrote it into its log when it started.",
  inviteTitle: "You are invited",
  inviteLead: "Make your account on this server. With it, boards that you start are yours on every device.",
  makeAccount: "Make the account",
  login: "Login",
  loginHint: "What you sign in with, for example t.sato.\nLetters a to z, digits and\u00a0.\u00a0_\u00a0-\u00a0@\u00a0+",
  password: "Password",
  passwordHint: "At least ten characters. A few words in a row work well.",
  passwordNow: "Current password",
  passwordNew: "New password",
  changePassword: "Change the password",
  changePasswordHint: "All other devices are signed out.",
  passwordChanged: "The password is changed.",
  keys: "Keys for programs",
  keysHint: "A program that has a key acts as you, for what you allow it and for nothing else.",
  keyName: "What the program is called",
  keyNameHint: "For example: the timetable.",
  keyLength: "Valid for",
  makeKey: "Make a key",
  key: "Key",
  copyKey: "Copy the key",
  keyCopied: "The key is copied.",
  keyGives: (scopes, ends) => `${scopes.join(", ")}. Until ${ends}`,
  scopes: {
    "boards.read": "Read and download boards, and see my timetable",
    "boards.enter": "Join boards and write",
    "boards.start": "Start boards",
    "boards.lead": "Decide who may join my boards, and plan sessions",
    "server.read": "See accounts and what was done",
    "server.change": "Invite others and change accounts",
  },
  administration: "Administration",
  onlyAdministrators: "This page is for administrators. Please sign in as one.",
  boards: "Boards",
  whoStarts: "Who may start a board",
  startsAnyone: "Anyone",
  startsAccounts: "Those who sign in",
  startsHint: "Joining a board never needs an account.",
  accounts: "Accounts",
  administrator: "Administrator",
  teacher: "Teacher or staff",
  closedAccount: "Closed",
  makeAdministrator: "Make administrator",
  makeTeacher: "Take administration away",
  closeAccount: "Close",
  openAccount: "Open again",
  invitations: "Invitations",
  invitationsHint: "Each link makes one account, within two weeks.",
  inviteAs: "Kind of account",
  invite: "Invite",
  invitationLink: "Link to pass on",
  toldOnce: "It is shown only now, so copy it.",
  invitedBy: (login, ends) => `By ${login}, until ${ends}`,
  revoke: "Revoke",
  audit: "What was done",
  auditHint: "The newest first. What is written on boards is not in it.",
  olderEntries: "Show older ones",
  auditActs: {
    "set-up": "Server set up",
    "signed-in": "Signed in",
    locked: "Account locked after wrong passwords",
    password: "Password changed",
    connected: "Account connected",
    disconnected: "Account disconnected",
    invited: "Invited",
    "invitation-revoked": "Invitation revoked",
    reset: "Link for a new password made",
    "reset-revoked": "Link for a new password revoked",
    joined: "Account made",
    account: "Account changed",
    starts: "Who may start boards",
    door: "Board’s link",
    "link-made": "Link or code made",
    "link-revoked": "Link or code revoked",
    "key-made": "Key made",
    "key-revoked": "Key revoked",
    "webhook-made": "Webhook added",
    "webhook-changed": "Webhook changed",
    "webhook-rolled": "Webhook’s secret renewed",
    "webhook-deleted": "Webhook deleted",
    "webhook-disabled": "Webhook turned off by the server",
    removed: "Removed from a board",
    exported: "Board exported",
    "panel-approved": "Panel approved",
    "panel-changed": "Panel renamed or moved",
    "panel-revoked": "Panel revoked",
    given: "Board given an owner",
    scheduled: "Session planned",
    rescheduled: "Session changed",
    unscheduled: "Session removed",
    "feed-made": "Calendar link made",
    "feed-revoked": "Calendar link revoked",
  },
  accountProblems: {
    setup: "This set-up secret is not valid. The valid one stands in the server’s log since its last start, as long as there is no administrator.",
    sign_in: "Login or password is wrong. After ten wrong tries an account rests for fifteen minutes.",
    signed_out: "You are not signed in any more. Please sign in again.",
    administrator: "Only administrators may do this.",
    login: "A login has letters a to z, digits and . _ - @ + only, at most 64.",
    password: "The password needs at least ten characters and may not be the login.",
    name: "The name needs at least one letter and has at most 60.",
    login_taken: "This login is in use. Please choose another one.",
    last_administrator: "A server keeps at least one administrator. Make another one first.",
    own_account: "Change your own password on your account’s page.",
    approver: "Only an administrator, or who approved this panel, may revoke it.",
    invitation: "This invitation is not valid any more. Please ask for a new one.",
    too_often: "This was tried too often. Please wait a minute and try again.",
    too_many_links: "The board has a hundred links already. Revoke one first.",
    too_many_keys: "You have fifty keys already. Revoke one first.",
    unknown_key: "This key was revoked already, or has ended.",
    plan: "Please check date, start, minutes and time zone: a session has 5 minutes to 12 hours, a series at most a year, and all lies within two years.",
    not_yours: "Sessions are planned on your own boards; this one is not yours.",
    unknown_room: "There is no panel in this room any more.",
    too_many_rooms: "A session has at most 16 rooms.",
    too_many_sessions: "You have 500 sessions already. Remove one first.",
    unknown_session: "This session was removed.",
    unknown_feed: "The link was revoked already.",
    no_scope: "Choose at least one thing that the program may do.",
    unknown_link: "This link was revoked already, or has ended.",
    eight_digits: "A pairing code has eight digits. Please check it and try again.",
    pairing: "No panel shows this code now. A code ends after ten minutes; the panel then shows another one.",
    unknown_panel: "This panel was revoked already.",
    too_many_panels: "The server has as many panels as it can have. Revoke one first.",
    not_of_panel: "This board was not begun at a panel.",
    unknown_account: "Nobody signs in with this login.",
    owned: "This board belongs to somebody already.",
    role: "Only the board’s host may do this.",
    removed: "The host has removed you from this board.",
    closed: "This board is open only to those who were invited.",
    busy: "The server is busy. Please try again in a moment.",
    disk_full: "The server’s disk is full. Please tell the person who looks after it.",
  },
  whoComesIn: "Who may come in",
  withLink: "Whoever has the board’s own link or code",
  withLinkHint: "Those who are on the board keep what they may do until they connect again.",
  mayWrite: "May write",
  mayLook: "May look",
  mayNot: "Stays out",
  newDoor: "Another way in",
  doorRole: "Role",
  doorLength: "Valid for",
  lengths: { hour: "An hour", day: "A day", week: "A week", year: "A year" },
  makeLink: "Make a link",
  makeCode: "Make a code",
  openDoors: "Other links and codes",
  linkNumber: (number) => `Link ${number}`,
  doorGives: (role, ends) => `${role}, until ${ends}`,
  doorSays: (role, ends) => `Whoever has it joins this board as ${role}, until ${ends}.`,
  closedNow: "The board’s own link and code let nobody new in. Make another link or code below.",
  ownDoor: "Show the board’s own link",
};

export const ja: AccountsWords = {
  account: "アカウント",
  signIn: "サインイン",
  signInLead: "先生と職員のためのページです。ボードに参加するだけなら、アカウントはいりません。",
  signOut: "サインアウト",
  howToGetAnAccount: "アカウントがない方やパスワードを忘れた方は、このサーバーの管理者に招待してもらってください。",
  noAccountsTitle: "アカウントはまだありません",
  noAccountsLead: "ボードを始めたり参加したりするのに、アカウントはいりません。最初の\u2060アカウントを作るリンクは、サーバーの\u2060ログにあります。",
  notLetInTitle: "このボードには入れません",
  setUpTitle: "サーバーの初期設定",
  setUpLead: "最初のアカウントを作ります。ほかの人を招待し、だれがボードを始められるかを決められます。今あるボードはそのまま残ります。",
  setUp: "設定する",
  setUpSecret: "設定用の合言葉",
  setUpSecretHint: "サーバーを起動したときのログに書かれています。",
  inviteTitle: "招待が届いています",
  inviteLead: "このサーバーのアカウントを作ります。始めたボードは、どの\u2060端末でもあなたのものになります。",
  makeAccount: "アカウントを作る",
  login: "ログイン名",
  loginHint: "サインインに使います（例：t.sato）。\n使える\u2060文字：半角の英数字と\u00a0.\u00a0_\u00a0-\u00a0@\u00a0+",
  password: "パスワード",
  passwordHint: "10文字以上。いくつかの言葉を並べると覚えやすく安全です。",
  passwordNow: "今のパスワード",
  passwordNew: "新しいパスワード",
  changePassword: "パスワードを変える",
  changePasswordHint: "ほかの端末はすべてサインアウトされます。",
  passwordChanged: "パスワードを変えました。",
  keys: "プログラム用のキー",
  keysHint: "キーを持つプログラムは、許可した操作だけをあなたとして行えます。",
  keyName: "プログラムの名前",
  keyNameHint: "例：時間割",
  keyLength: "有効期間",
  makeKey: "キーを作る",
  key: "キー",
  copyKey: "キーをコピー",
  keyCopied: "キーをコピーしました。",
  keyGives: (scopes, ends) => `${scopes.join("、")}。${ends} まで`,
  scopes: {
    "boards.read": "ボードを読み、ダウンロードし、自分の時間割を見る",
    "boards.enter": "ボードに入って書く",
    "boards.start": "ボードを始める",
    "boards.lead": "自分のボードに入れる人を決め、予定を立てる",
    "server.read": "アカウントと記録を見る",
    "server.change": "招待し、アカウントを変える",
  },
  administration: "管理",
  onlyAdministrators: "管理者のためのページです。管理者としてサインインしてください。",
  boards: "ボード",
  whoStarts: "ボードを始められる人",
  startsAnyone: "だれでも",
  startsAccounts: "サインインした人",
  startsHint: "参加するだけなら、いつでもアカウントはいりません。",
  accounts: "アカウント",
  administrator: "管理者",
  teacher: "先生・職員",
  closedAccount: "停止中",
  makeAdministrator: "管理者にする",
  makeTeacher: "管理者から外す",
  closeAccount: "停止する",
  openAccount: "再開する",
  invitations: "招待",
  invitationsHint: "1つのリンクで、2週間以内に1つのアカウントを作れます。",
  inviteAs: "アカウントの種類",
  invite: "招待する",
  invitationLink: "相手に渡すリンク",
  toldOnce: "表示されるのは今だけです。コピーしておいてください。",
  invitedBy: (login, ends) => `${login} が招待、${ends} まで`,
  revoke: "取り消す",
  audit: "記録",
  auditHint: "新しい順です。ボードに書かれた内容は含まれません。",
  olderEntries: "前の記録を見る",
  auditActs: {
    "set-up": "サーバーを設定",
    "signed-in": "サインイン",
    locked: "パスワードの誤りでアカウントを一時停止",
    password: "パスワードを変更",
    connected: "アカウントを連携",
    disconnected: "アカウントの連携を解除",
    invited: "招待",
    "invitation-revoked": "招待を取り消し",
    reset: "パスワード再設定のリンクを作成",
    "reset-revoked": "パスワード再設定のリンクを取り消し",
    joined: "アカウントを作成",
    account: "アカウントを変更",
    starts: "ボードを始められる人",
    door: "ボードのリンク",
    "link-made": "リンク・コードを作成",
    "link-revoked": "リンク・コードを取り消し",
    "key-made": "キーを作成",
    "key-revoked": "キーを取り消し",
    "webhook-made": "Webhook を追加",
    "webhook-changed": "Webhook を変更",
    "webhook-rolled": "Webhook のシークレットを更新",
    "webhook-deleted": "Webhook を削除",
    "webhook-disabled": "サーバーが Webhook をオフ",
    removed: "ボードから外した",
    exported: "ボードを書き出し",
    "panel-approved": "パネルを承認",
    "panel-changed": "パネルの名前・場所を変更",
    "panel-revoked": "パネルを取り消し",
    given: "ボードの持ち主を決定",
    scheduled: "予定を追加",
    rescheduled: "予定を変更",
    unscheduled: "予定を削除",
    "feed-made": "カレンダーのリンクを作成",
    "feed-revoked": "カレンダーのリンクを取り消し",
  },
  accountProblems: {
    setup: "この合言葉は使えません。管理者がまだいなければ、最後に起動したときのログに正しいものがあります。",
    sign_in: "ログイン名かパスワードが違います。10回間違えると、15分間サインインできなくなります。",
    signed_out: "サインアウトされています。もう一度サインインしてください。",
    administrator: "管理者だけができる操作です。",
    login: "ログイン名に使えるのは半角の英数字と . _ - @ + で、64文字までです。",
    password: "パスワードは10文字以上で、ログイン名とは別のものにしてください。",
    name: "名前は1文字以上、60文字までです。",
    login_taken: "このログイン名はすでに使われています。別のものにしてください。",
    last_administrator: "サーバーには管理者が少なくとも1人必要です。先にほかの人を管理者にしてください。",
    own_account: "自分のパスワードは、アカウントのページで変えてください。",
    approver: "このパネルを取り消せるのは、管理者か、承認した人だけです。",
    invitation: "この招待はもう使えません。新しい招待をもらってください。",
    too_often: "試した回数が多すぎます。1分ほど待ってから、もう一度試してください。",
    too_many_links: "このボードのリンクはもう100個あります。先にどれかを取り消してください。",
    too_many_keys: "キーはもう50個あります。先にどれかを取り消してください。",
    unknown_key: "このキーはすでに取り消されたか、期限が切れています。",
    plan: "日付・開始・長さ・タイムゾーンを確かめてください。長さは5分から12時間、くり返しは1年以内、日付は2年先までです。",
    not_yours: "予定は自分のボードにだけ入れられます。これは自分のボードではありません。",
    unknown_room: "この部屋にはもうパネルがありません。",
    too_many_rooms: "1つの予定に選べる部屋は16室までです。",
    too_many_sessions: "予定はもう500件あります。先にどれかを削除してください。",
    unknown_session: "この予定は削除されました。",
    unknown_feed: "リンクはすでに取り消されています。",
    no_scope: "プログラムに許可する操作を、1つ以上選んでください。",
    unknown_link: "このリンクはすでに取り消されたか、期限が切れています。",
    eight_digits: "登録コードは8けたの数字です。確かめて、もう一度入力してください。",
    pairing: "このコードを表示しているパネルはありません。コードは10分で切れ、パネルには新しいコードが出ます。",
    unknown_panel: "このパネルはすでに取り消されています。",
    too_many_panels: "パネルの数が上限に達しています。先にどれかを取り消してください。",
    not_of_panel: "パネルで始めたボードではありません。",
    unknown_account: "このログイン名のアカウントはありません。",
    owned: "このボードにはもう持ち主がいます。",
    role: "ボードのホストだけができる操作です。",
    removed: "ホストがあなたをこのボードから外しました。",
    closed: "このボードは招待された人だけが開けます。",
    busy: "サーバーが混み合っています。少し待ってからもう一度試してください。",
    disk_full: "サーバーの空き容量がありません。サーバーの管理者に伝えてください。",
  },
  whoComesIn: "入れる人",
  withLink: "ボード自体のリンクかコードを持つ人",
  withLinkHint: "いま参加している人には、次に接続し直したときから反映されます。",
  mayWrite: "書ける",
  mayLook: "見るだけ",
  mayNot: "入れない",
  newDoor: "追加する入り方",
  doorRole: "役割",
  doorLength: "有効期間",
  lengths: { hour: "1時間", day: "1日", week: "1週間", year: "1年" },
  makeLink: "リンクを作る",
  makeCode: "コードを作る",
  openDoors: "追加したリンクとコード",
  linkNumber: (number) => `リンク ${number}`,
  doorGives: (role, ends) => `${role}、${ends} まで`,
  doorSays: (role, ends) => `これを持つ人は、${ends} まで「${role}」として参加できます。`,
  closedNow: "ボード自体のリンクとコードでは、新しく入れません。下でリンクかコードを作ってください。",
  ownDoor: "ボード自体のリンクを見る",
};
