// What counts as the same definition in a proof, and what does not.

import Testing

@testable import DataSources

@Suite("Definitions as PostgreSQL may write them")
struct CanonicalSQLTests {
  private func form(_ text: String) -> String { CanonicalSQL.form(of: Array(text.utf8)).wrappedValue }

  @Test(
    "casts and parentheses around one thing make no difference",
    arguments: [
      (
        "CHECK (((state)::text = ANY ((ARRAY['open'::character varying, 'shut'::character varying])::text[])))",
        "CHECK (((state)::text = ANY (ARRAY[('open'::character varying)::text, ('shut'::character varying)::text])))"
      ),
      ("CHECK ((e <> ALL (ARRAY[(1)::numeric, (2)::numeric])))", "CHECK ((e <> ALL (ARRAY[1, 2])))"),
      ("DEFAULT ('a'::text)", "DEFAULT 'a'::character varying(3)"),
      ("at > '2020-01-01 00:00:00+00'::timestamp(3) with time zone", "at > '2020-01-01 00:00:00+00'"),
    ])
  func same(_ one: String, _ other: String) { #expect(form(one) == form(other)) }

  @Test(
    "what groups several things, and every word, does",
    arguments: [
      ("(a + b) * c", "a + (b * c)"), ("((id + 1) * 2)", "(id + (1 * 2))"), ("'a (b)'", "'a b'"),
      ("\"a b\"", "a b"), ("ARRAY[1, 2]", "ARRAY[2, 1]"), ("x::text = 'a'", "x::text = 'b'"),
      ("ENUM ('a', 'b')", "ENUM ('b', 'a')"),
    ])
  func different(_ one: String, _ other: String) { #expect(form(one) != form(other)) }
}
