/** What is about to stand on a page: everything checked, in page units, points where they will be. */

interface Base {
  /** Degrees, clockwise, about the middle. */
  readonly rotation: number;
  readonly locked: boolean;
}

export interface StrokeItem extends Base {
  readonly kind: "stroke";
  readonly tool: "pen" | "highlighter";
  readonly color: string;
  readonly strokeWidth: number;
  /** x, y, pressure, milliseconds. */
  readonly points: Float64Array;
}

export interface BoxItem extends Base {
  readonly kind: "rectangle" | "ellipse";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly color: string;
  readonly fill: string | null;
  readonly strokeWidth: number;
}

export interface PathItem extends Base {
  readonly kind: "line" | "arrow" | "polygon";
  /** x, y, x, y, … on the page. */
  readonly path: readonly number[];
  readonly color: string;
  readonly fill: string | null;
  readonly strokeWidth: number;
}

export interface TextItem extends Base {
  readonly kind: "text" | "note";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly color: string;
  readonly fill: string | null;
  readonly fontSize: number;
  readonly align: "start" | "center" | "end";
  readonly text: string;
}

export interface ImageItem extends Base {
  readonly kind: "image";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly picture: PictureSource;
}

/** A picture of the file, and what of it is shown. */
export interface PictureSource {
  readonly blob: Blob;
  readonly flipX: boolean;
  readonly flipY: boolean;
  /** In pixels of a picture that is `naturalWidth` wide and `naturalHeight` high. */
  readonly crop: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly naturalWidth: number;
    readonly naturalHeight: number;
  } | null;
}

export type Item = StrokeItem | BoxItem | PathItem | TextItem | ImageItem;
