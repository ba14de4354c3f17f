import { expect, test } from "vitest";
import { renderSentence } from "./sentence.ts";

test("a detail is written as its name", () => {
  expect(renderSentence(({ id, n }: { id: string; n: number[] }) => `${id} has ${n.length}`)).toBe(
    "<id> has <n>",
  );
});

test("what is said only with a detail is in brackets, wherever it is", () => {
  const sentence = ({ pid, known }: { pid: number | null; known: string[] }): string => {
    const by = pid === null ? "" : ` (pid ${pid})`;
    return `the one${by} runs, the other${by} too${known.length === 0 ? "" : `:\n  ${known.join(", ")}`}`;
  };
  expect(renderSentence(sentence)).toBe("the one[ (pid <pid>)] runs, the other[ (pid <pid>)] too[: <known>]");
});

test("a sentence that is another without a detail, or has a hole, is left as it is", () => {
  type Details = { near?: string; users: string[] };
  expect(renderSentence(({ near }: Details) => (near ? `did you mean ${near}?` : "list them"))).toBe(
    "did you mean <near>?",
  );
  expect(renderSentence(({ users }: Details) => `in use by ${users.join(", ")}`)).toBe("in use by <users>");
});
