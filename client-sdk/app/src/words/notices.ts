/** What went wrong, a sentence each. */
import type { NoticeCode } from "@kakehashi/client";

/** What goes wrong within the app, without the server having a part in it. */
export type OwnNotice = "picture-heic" | "picture-drawing" | "picture-broken" | "camera" | "meeting-rights";

export interface NoticesWords {
  readonly notices: Readonly<Record<NoticeCode | OwnNotice, string>>;
}

export const en: NoticesWords = {
  notices: {
    "refused-rights": "You may look at this board but not change it, so your last change was taken back. Ask whoever started it to let you write.",
    "refused-locked": "This part is locked, so your last change was taken back. Write beside it, or unlock it first.",
    "refused-limit": "There is no room for more here, so your last change was taken back. A new page has room.",
    "refused-missing": "Somebody deleted what you were changing, so your last change was taken back. Undo on their side brings it back.",
    "refused-value": "Your last change was not possible and was taken back. The rest is as it was; please try it another way.",
    "refused-other": "The server did not accept your last change, so it was taken back. Please try again; if it happens again, reload the page.",
    "unknown-board": "This board does not exist. Please check the link, or join with the code.",
    version: "This page is older than the server. Please reload it; nothing you wrote is lost.",
    protocol: "The connection was closed because of an error. Please reload the page; nothing you wrote is lost.",
    "disk-full": "The server’s disk is full and it cannot save. What you write is kept on this device; please tell the person who looks after the server.",
    damaged: "The server’s stored data of this board is damaged. What you write is kept on this device; please tell the person who looks after the server.",
    busy: "Too many people are here at once. Please leave the page open: it keeps trying to get in.",
    unreachable: "The server cannot be reached at the moment. Please try again in a while.",
    "asset-too-large": "This picture is too large, and could not be made smaller. Files of up to 64 MB can be taken, moving pictures of up to 10 MB.",
    "asset-type": "This file is not a picture that can be shown. PNG, JPEG, GIF, WebP and SVG work.",
    "asset-pixels": "This picture has too many pixels for this device. Up to 50 megapixels work; please make it smaller first.",
    "picture-heic": "This picture is in the HEIC format, which browsers cannot show. Please save or send it as JPEG first.",
    "picture-drawing": "This SVG drawing cannot be taken: it is damaged, too large (2 MB at most) or too complicated. A PNG of it works.",
    "picture-broken": "This picture is damaged and cannot be shown. Please try another copy of it.",
    camera: "The camera cannot be used. Please allow it for this page in the browser, and look whether another program is using it.",
    "file-type": "This file is not a Kakehashi board. Files that were downloaded from a board end in .kakehashi.",
    "file-version": "This file was made by a newer version of Kakehashi than this server’s. Please open it on a newer server.",
    "file-too-large": "This file is larger than this server takes.",
    "file-damaged": "This file is damaged or was changed, so no board was made of it. Please download it again from the board, or use another copy.",
    "file-busy": "The server is busy with other files. Please try again in a moment.",
    "closed-board": "This board is open only to those who were invited. Ask its host for a link or a code, or sign in if it is yours.",
    "meeting-rights": "You may not do that in this meeting now. Ask whoever leads it.",
    "turned-away": "Whoever leads this board did not let you in.",
    removed: "The host has removed you from this board.",
    door: "This link or code does not open the board any more. Ask its host for a new one.",
    "accounts-only": "On this server, boards are started by those who sign\u00a0in. Please sign\u00a0in first. Joining needs no account.",
    storage: "This device cannot keep changes for later. Please do not close the page before everything is saved.",
  },
};

export const ja: NoticesWords = {
  notices: {
    "refused-rights": "このボードは見るだけで、書き込みはできません。直前の変更は取り消されました。書き込みたいときは、ボードを始めた人に伝えてください。",
    "refused-locked": "ここはロックされているため、直前の変更は取り消されました。ほかの場所に書くか、先にロックを外してください。",
    "refused-limit": "ここにはこれ以上追加できないため、直前の変更は取り消されました。新しいページには書けます。",
    "refused-missing": "変更しようとしたものは、ほかの人が削除していました。直前の変更は取り消されました。必要なときは、削除した人に元に戻してもらってください。",
    "refused-value": "直前の変更はできないため、取り消されました。ほかの部分はそのままです。別のやり方で試してください。",
    "refused-other": "サーバーが直前の変更を受け付けなかったため、取り消されました。もう\u2060一度試してください。続くときは、画面を再読み込みしてください。",
    "unknown-board": "このボードは見つかりません。リンクを確かめるか、コードで参加してください。",
    version: "この画面はサーバーより古い版です。再読み込みしてください。書いたものは失われません。",
    protocol: "エラーのため接続が切れました。再読み込みしてください。書いたものは失われません。",
    "disk-full": "サーバーの空き容量がなく、保存できません。書いたものはこの端末に保管しています。サーバーの管理者に伝えてください。",
    damaged: "サーバーにあるこのボードのデータが壊れています。書いたものはこの端末に保管しています。サーバーの管理者に伝えてください。",
    busy: "参加している人が多すぎます。画面を開いたままお待ちください。入れるまで自動で試し続けます。",
    unreachable: "いまサーバーにつながりません。しばらくしてからもう\u2060一度お試しください。",
    "asset-too-large": "この画像は大きすぎて、小さくすることもできませんでした。64 MBまで（動く画像は10 MBまで）のファイルが使えます。",
    "asset-type": "このファイルは表示できる画像ではありません。PNG、JPEG、GIF、WebP、SVGが使えます。",
    "asset-pixels": "この画像は、この端末には画素数が多すぎます。5000万画素までが使えます。先に小さくしてください。",
    "picture-heic": "この画像はHEIC形式のため、ブラウザーでは表示できません。JPEGで保存または送信してから使ってください。",
    "picture-drawing": "このSVG画像は使えません。壊れているか、大きすぎる（2 MBまで）か、複雑すぎます。PNGにすれば使えます。",
    "picture-broken": "この画像は壊れていて表示できません。別のファイルをお試しください。",
    camera: "カメラを使えません。ブラウザーでこのページにカメラを許可し、ほかのアプリが使っていないか確かめてください。",
    "file-type": "このファイルは Kakehashi のボードではありません。ボードからダウンロードしたファイルの名前は .kakehashi で終わります。",
    "file-version": "このファイルは、このサーバーより新しい版の Kakehashi で作られています。新しいサーバーで開いてください。",
    "file-too-large": "このファイルは大きすぎて、このサーバーでは開けません。",
    "file-damaged": "ファイルが壊れているか書き換えられているため、ボードを作れませんでした。ボードからもう\u2060一度ダウンロードするか、別のコピーを使ってください。",
    "file-busy": "サーバーはほかのファイルを処理しています。少し待ってからもう\u2060一度お試しください。",
    "closed-board": "このボードは招待された人だけが開けます。ホストにリンクか\u2060コードをもらってください。自分の\u2060ボードなら、サインインしてください。",
    "meeting-rights": "いまはその操作ができません。進行役に頼んでください。",
    "turned-away": "進行役が入室を断りました。",
    removed: "ホストがあなたをこのボードから外しました。",
    door: "このリンクまたはコードでは、もうこのボードを開けません。ホストに新しいものをもらってください。",
    "accounts-only": "このサーバーでボードを始められるのは、サインインした人だけです。先に\u2060サインインしてください。参加するだけなら、アカウントはいりません。",
    storage: "この端末には変更を保管できません。すべて保存されるまで、この画面を閉じないでください。",
  },
};
