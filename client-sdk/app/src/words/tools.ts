/** The tools and what they are set to. */

export type ColorName = "black" | "grey" | "red" | "orange" | "brown" | "green" | "blue" | "purple" | "pink" | "white";
export type HighlightName = "yellow" | "green" | "blue" | "pink" | "orange" | "purple";
export type NoteColorName = "yellow" | "green" | "blue" | "pink" | "orange" | "grey";
export type WidthName = "thin" | "medium" | "thick" | "extraThick";
export type RubberSizeName = "small" | "medium" | "large" | "extraLarge";
export type LetterSizeName = "small" | "medium" | "large" | "extraLarge";
export type FigureName = "rectangle" | "ellipse" | "line" | "arrow" | "triangle" | "star" | "regular" | "corners";

export interface ToolsWords {
  readonly select: string;
  readonly pen: string;
  readonly highlighter: string;
  readonly eraser: string;
  readonly shape: string;
  readonly text: string;
  readonly note: string;
  readonly image: string;
  readonly hand: string;
  readonly laser: string;
  readonly deleteSelected: string;
  readonly color: string;
  readonly colors: Readonly<Record<ColorName | HighlightName | NoteColorName, string>>;
  readonly width: string;
  readonly widths: Readonly<Record<WidthName, string>>;
  readonly eraserMode: string;
  readonly eraserModes: Readonly<Record<"whole" | "parts", string>>;
  /** What the mode takes, in a sentence. */
  readonly eraserHints: Readonly<Record<"whole" | "parts", string>>;
  readonly eraserSize: string;
  readonly eraserSizes: Readonly<Record<RubberSizeName, string>>;
  readonly figure: string;
  readonly figures: Readonly<Record<FigureName, string>>;
  readonly filled: string;
  readonly sides: string;
  readonly fewerSides: string;
  readonly moreSides: string;
  readonly cornersHint: string;
  readonly letterSize: string;
  readonly letterSizes: Readonly<Record<LetterSizeName, string>>;
  readonly align: string;
  readonly aligns: Readonly<Record<"start" | "center" | "end", string>>;
  readonly noteColor: string;
  readonly choosePicture: string;
  /** How else pictures come onto the board. */
  readonly imageHint: string;
  readonly camera: string;
  readonly cameraView: string;
  readonly cameraStarts: string;
  readonly otherCamera: string;
  readonly takePicture: string;
  readonly takeAgain: string;
  readonly usePicture: string;
  readonly pictureTaken: string;
  readonly editText: string;
  readonly editNote: string;
}

export const en: ToolsWords = {
  select: "Select",
  pen: "Pen",
  highlighter: "Highlighter",
  eraser: "Eraser",
  shape: "Shape",
  text: "Text",
  note: "Note",
  image: "Image",
  hand: "Hand",
  laser: "Laser",
  deleteSelected: "Delete",
  color: "Colour",
  colors: {
    black: "Black",
    grey: "Grey",
    red: "Red",
    orange: "Orange",
    brown: "Brown",
    green: "Green",
    blue: "Blue",
    purple: "Purple",
    pink: "Pink",
    white: "White",
    yellow: "Yellow",
  },
  width: "Line width",
  widths: { thin: "Thin", medium: "Medium", thick: "Thick", extraThick: "Very thick" },
  eraserMode: "What is erased",
  eraserModes: { whole: "Whole", parts: "Parts" },
  eraserHints: {
    whole: "Erases each line or shape it touches.",
    parts: "Erases only the part of a line you rub over.",
  },
  eraserSize: "Eraser size",
  eraserSizes: { small: "Small", medium: "Medium", large: "Large", extraLarge: "Very large" },
  figure: "Kind of shape",
  figures: {
    rectangle: "Rectangle",
    ellipse: "Ellipse",
    line: "Straight line",
    arrow: "Arrow",
    triangle: "Triangle",
    star: "Star",
    regular: "Regular polygon",
    corners: "Polygon by corners",
  },
  filled: "Filled",
  sides: "Sides",
  fewerSides: "Fewer sides",
  moreSides: "More sides",
  cornersHint: "Tap each corner, then the first one again.",
  letterSize: "Text size",
  letterSizes: { small: "Small", medium: "Medium", large: "Large", extraLarge: "Very large" },
  align: "Alignment",
  aligns: { start: "Left", center: "Centre", end: "Right" },
  noteColor: "Note colour",
  choosePicture: "Choose pictures",
  imageHint: "Or tap the page, drop pictures on it, or paste them.",
  camera: "Camera",
  cameraView: "What the camera sees",
  cameraStarts: "The camera is starting…",
  otherCamera: "Other camera",
  takePicture: "Take the picture",
  takeAgain: "Again",
  usePicture: "Use",
  pictureTaken: "The picture that was taken",
  editText: "Text on the board",
  editNote: "Note on the board",
};

export const ja: ToolsWords = {
  select: "選択",
  pen: "ペン",
  highlighter: "蛍光ペン",
  eraser: "消しゴム",
  shape: "図形",
  text: "文字",
  note: "付せん",
  image: "画像",
  hand: "手のひら",
  laser: "レーザー",
  deleteSelected: "削除",
  color: "色",
  colors: {
    black: "黒",
    grey: "灰色",
    red: "赤",
    orange: "オレンジ",
    brown: "茶色",
    green: "緑",
    blue: "青",
    purple: "紫",
    pink: "ピンク",
    white: "白",
    yellow: "黄色",
  },
  width: "線の太さ",
  widths: { thin: "細い", medium: "ふつう", thick: "太い", extraThick: "とても太い" },
  eraserMode: "消し方",
  eraserModes: { whole: "全体", parts: "部分" },
  eraserHints: {
    whole: "触れた線や図形の全体を消します。",
    parts: "線の、こすったところだけを消します。",
  },
  eraserSize: "消しゴムの大きさ",
  eraserSizes: { small: "小さい", medium: "ふつう", large: "大きい", extraLarge: "とても大きい" },
  figure: "図形の種類",
  figures: {
    rectangle: "四角形",
    ellipse: "円",
    line: "直線",
    arrow: "矢印",
    triangle: "三角形",
    star: "星",
    regular: "正多角形",
    corners: "自由な多角形",
  },
  filled: "塗り",
  sides: "辺の数",
  fewerSides: "辺を減らす",
  moreSides: "辺を増やす",
  cornersHint: "角を順にタップし、最後に始めの角をタップします。",
  letterSize: "文字の大きさ",
  letterSizes: { small: "小さい", medium: "ふつう", large: "大きい", extraLarge: "とても大きい" },
  align: "文字のそろえ方",
  aligns: { start: "左", center: "中央", end: "右" },
  noteColor: "付せんの色",
  choosePicture: "画像を選ぶ",
  imageHint: "タップ、ドロップ、貼り付けでも足せます。",
  camera: "カメラ",
  cameraView: "カメラに映っているもの",
  cameraStarts: "カメラを準備しています…",
  otherCamera: "カメラを切り替える",
  takePicture: "撮影する",
  takeAgain: "撮り直す",
  usePicture: "使う",
  pictureTaken: "撮影した画像",
  editText: "ボードの文字",
  editNote: "ボードの付せん",
};
