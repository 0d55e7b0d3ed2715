// `CREATE TABLE` as pg_dump writes it, taken apart.

import Testing

@testable import DataSources

@Suite("The parts of a table's definition")
struct TableDefinitionTests {
  @Test("columns, checks and what is around them are distinguished")
  func parts() {
    let table = TableDefinition(
      #"""
      CREATE UNLOGGED TABLE public."odd (name" (
          id integer NOT NULL,
          "a, b" numeric(10,2) DEFAULT 3,
          "with ""quotes""" text DEFAULT 'it''s, (here'::text COLLATE pg_catalog."C",
          CONSTRAINT positive CHECK (((id > 0) AND (id < 10))) NO INHERIT,
          note text
      )
      PARTITION BY RANGE (id);
      ALTER TABLE ONLY public."odd (name" ALTER COLUMN note SET STORAGE EXTERNAL;

      """#)
    #expect(table.columns.map(\.name) == ["id", "\"a, b\"", "\"with \"\"quotes\"\"\"", "note"])
    #expect(
      table.columns.map(\.text) == [
        "integer NOT NULL", "numeric(10,2) DEFAULT 3",
        "text DEFAULT 'it''s, (here'::text COLLATE pg_catalog.\"C\"", "text",
      ])
    #expect(table.constraints.map(\.name) == ["positive"])
    #expect(table.constraints.map(\.text) == ["CHECK (((id > 0) AND (id < 10))) NO INHERIT"])
    #expect(
      table.others.dropFirst() == [
        "PARTITION BY RANGE (id)",
        "ALTER TABLE ONLY public.\"odd (name\" ALTER COLUMN note SET STORAGE EXTERNAL",
      ])
  }

  @Test(
    "whatever the text is, it has an end",
    arguments: [
      "", "(", ")", "CREATE TABLE t (", "CREATE TABLE t (a 'x", "CREATE TABLE t (\n);\n", "\"", "a;;b", "((,",
    ])
  func oddTexts(text: String) {
    let table = TableDefinition(text)
    #expect(table.columns.count <= 2)
  }

  @Test("a table's name is no difference by itself")
  func names() {
    let texts = ["public.one", "public.\"an other\""].map { "CREATE TABLE \($0) (\n    a integer\n);\n" }
    #expect(TableDefinition(texts[0]).others.first == "CREATE TABLE")
    #expect(TableDefinition(texts[0]).columns.map(\.text) == TableDefinition(texts[1]).columns.map(\.text))
  }
}
