import { describe, expect, it } from "vitest";
import { chooseLanguage, tables } from "../src/words";

/** Every text of a table with the way to it; functions are asked with numbers, those that want lists with lists. */
function texts(value: unknown, path: string): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") return [[path, said(value as Sentence)]];
  return Object.entries(value as object).flatMap(([key, inner]) => texts(inner, `${path}.${key}`));
}

type Sentence = (first: unknown, second?: unknown) => unknown;

function said(sentence: Sentence): string {
  try {
    return String(sentence(3, 12));
  } catch {
    return String(sentence([3, 12]));
  }
}

describe("the words", () => {
  const en = texts(tables.en, "words");
  const ja = texts(tables.ja, "words");

  it("are all there in both languages", () => {
    expect(ja.map(([path]) => path).sort()).toEqual(en.map(([path]) => path).sort());
    for (const [path, text] of [...en, ...ja]) expect(text.trim(), path).not.toBe("");
  });

  it("are English in one and Japanese in the other", () => {
    for (const [path, text] of en) expect(text, path).not.toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
    // Kinds of files have the same names everywhere.
    const spoken = ja.filter(([path]) => !/^words\.formats\.\w+\.name$/.test(path));
    for (const [path, text] of spoken) expect(text, path).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
  });

  it("have a sentence for every notice", () => {
    for (const [path, text] of en.filter(([key]) => key.includes(".notices."))) expect(text, path).toMatch(/\.$/);
    for (const [path, text] of ja.filter(([key]) => key.includes(".notices."))) expect(text, path).toMatch(/。$/);
  });

  it("count one change and several", () => {
    expect(tables.en.notHandedIn(1)).toMatch(/^1 change not /);
    expect(tables.en.notHandedIn(2)).toMatch(/^2 changes not /);
  });
});

describe("the language", () => {
  it("is the one asked for, then the one chosen before, then the browser's, then English", () => {
    expect(chooseLanguage("?lang=en", "ja", ["ja-JP"])).toBe("en");
    expect(chooseLanguage("", null, ["fr", "ja-JP", "en"])).toBe("ja");
    expect(chooseLanguage("?lang=xx", "ja", ["de"])).toBe("ja");
    expect(chooseLanguage("?lang=xx", null, ["de"])).toBe("en");
  });
});
