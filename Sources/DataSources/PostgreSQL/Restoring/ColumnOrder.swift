// Restores the column order of tables that inherit: such a table is created with all its columns in the recorded order and
// attached to its parents afterwards, as pg_upgrade does it. Its inherited columns are then also its own; only a superuser
// can change that, in the catalogs.

import FileSystem
import Postgres

struct ColumnOrder {
  private let tables: [ReorderedTable]

  /// - Parameter isRestored: whether a table is restored.
  init(_ document: DatabaseDocument, _ isRestored: (TableName) -> Bool = { _ in true }) {
    tables = (document.reorderedTables ?? []).filter { isRestored($0.tableName) }
  }

  /// The definitions that replace those of these tables, by the number of their entries.
  func definitions(_ contents: ArchiveContents) -> [Int: [UInt8]] {
    var found: [Int: [UInt8]] = [:]
    let encoding = DatabaseEncoding(contents.encoding)
    for table in tables {
      guard
        let entry = contents.entries.first(where: { $0.kind == "TABLE" && $0.tableName == table.tableName }),
        let text = entry.definition.map(encoding.text), let parts = TableText(text)
      else { continue }
      let separate = contents.separately(of: table)
      let lines = table.columns.map { column in
        let value = separate.defaults.contains(ExactText(column.name)) ? "" : column.defaultValue
        return column.start + value + column.ending
      }
      let checks = table.checks.filter { !separate.checks.contains(ExactText($0.name)) }.map {
        "CONSTRAINT \($0.name.asIdentifier) \($0.definition)"
      }
      var statements = [
        "\(parts.head)(\n    \((lines + checks).joined(separator: ",\n    "))\n)\(parts.options);"
      ]
      statements += table.parents.map { "ALTER TABLE ONLY \(table.tableName.quoted) INHERIT \($0);" }
      statements += table.columns.filter { !$0.isLocal }.flatMap(\.settings).map { "\($0);" }
      found[entry.dumpID] = encoding.bytes(statements.joined(separator: "\n\n") + parts.rest)
    }
    return found
  }

  /// What `settle` does, as statements for a script; empty if there is nothing to do.
  var script: String {
    let statements = tables.flatMap { table -> [String] in
      let place = "to_regclass(\(table.tableName.quoted.asLiteral))"
      let columns = table.columns.filter { !$0.isLocal }.map(\.name.asLiteral).joined(separator: ", ")
      let checks = table.checks.filter { !$0.isLocal }.map(\.name.asLiteral).joined(separator: ", ")
      let ofColumns =
        "UPDATE pg_catalog.pg_attribute SET attislocal = false WHERE attrelid = \(place) AND attinhcount > 0 AND attname IN (\(columns));"
      let ofChecks =
        "UPDATE pg_catalog.pg_constraint SET conislocal = false WHERE conrelid = \(place) AND coninhcount > 0 AND conname IN (\(checks));"
      // Since version 18, NOT NULL is a constraint.
      let ofNotNull = """
        UPDATE pg_catalog.pg_constraint SET conislocal = false WHERE conrelid = \(place) AND coninhcount > 0 AND contype = 'n' AND conkey[1] IN (
          SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = \(place) AND attname IN (\(columns)));
        """
      return (columns.isEmpty ? [] : [ofColumns, ofNotNull]) + (checks.isEmpty ? [] : [ofChecks])
    }
    if statements.isEmpty { return "" }
    return """
      --
      -- Columns and checks that belong to parents only, which takes a superuser to say.
      --

      DO $checkpoint$ BEGIN
        IF current_setting('is_superuser') = 'on' THEN
          \(statements.joined(separator: "\n    "))
        END IF;
      END $checkpoint$;

      """
  }

  /// Makes inherited columns and constraints belong only to their parents again.
  /// - Returns: what may differ, if the user has no right to do that.
  func settle(_ connection: Connection, _ isSuperuser: Bool) throws -> RestoreOutcome {
    var outcome = RestoreOutcome()
    for table in tables {
      let columns = table.columns.filter { !$0.isLocal }.map(\.name)
      let checks = table.checks.filter { !$0.isLocal }.map(\.name)
      if isSuperuser {
        _ = try connection.query(
          "UPDATE pg_attribute SET attislocal = false WHERE attrelid = to_regclass($1) AND attname = ANY ($2::text[]) AND attinhcount > 0",
          [table.tableName.quoted, columns.asArray])
        _ = try connection.query(
          """
          UPDATE pg_constraint k SET conislocal = false WHERE conrelid = to_regclass($1) AND coninhcount > 0 AND (contype = 'c'
            AND conname = ANY ($2::text[]) OR contype = 'n' AND conkey[1] IN (SELECT attnum FROM pg_attribute
              WHERE attrelid = conrelid AND attname = ANY ($3::text[])))
          """, [table.tableName.quoted, checks.asArray, columns.asArray])
      } else if !columns.isEmpty || !checks.isEmpty {
        let name = [table.schema, table.name].map(\.asIdentifierIfNeeded).joined(separator: ".")
        outcome.notes.append(
          "inherited columns of \(table.tableName.display) are its own as well now: only a superuser can take that back"
        )
        outcome.excused.formUnion(columns.map { ExactText("column \(name).\($0.asIdentifierIfNeeded)") })
        outcome.excused.formUnion(checks.map { ExactText("constraint \(name).\($0.asIdentifierIfNeeded)") })
      }
    }
    return outcome
  }
}

extension ArchiveContents {
  /// Defaults and checks of a table that have entries of their own.
  fileprivate func separately(of table: ReorderedTable) -> (defaults: Set<ExactText>, checks: Set<ExactText>)
  {
    func names(_ kind: String) -> Set<ExactText> {
      let start = "\(table.name) "
      return Set(
        entries.filter { entry in
          entry.kind == kind && entry.schema?.hasSameBytes(as: table.schema) == true
            && entry.name.hasExactly(prefix: start)
        }.map { ExactText(String(decoding: $0.name.utf8.dropFirst(start.utf8.count), as: UTF8.self)) })
    }
    return (names("DEFAULT"), names("CHECK CONSTRAINT"))
  }
}
