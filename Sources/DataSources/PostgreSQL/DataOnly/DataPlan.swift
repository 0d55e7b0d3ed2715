// How recorded rows are put into the present tables: which table and column goes where, what is left out, what needs a
// value. A plan is made only from catalogs and changes nothing; `DataRestoration` carries it out.

import Checkpoints
import FileSystem

package struct DataPlan: Sendable {
  package enum Origin: Sendable, Equatable {
    /// The recorded value, or the given text if it is NULL.
    case recorded(Int, orElse: String?)
    /// The recorded value, converted from another type.
    case converted(Int, from: String)
    /// The same text in every row.
    case value(String)
  }

  package struct Column: Sendable, Equatable {
    package var name: String
    package var type: String
    package var origin: Origin
  }

  package struct Table: Sendable {
    /// Its index in the document.
    package var index: Int
    package var recorded: TableName
    package var target: TableName
    package var columns: [Column]
    /// Recorded columns that no longer exist: their data is left out.
    package var gone: [String]
    /// Present columns that were not recorded: they get their default, or NULL.
    package var added: [String]
    package var recordedColumnCount: Int

    package var isConverted: Bool {
      columns.contains { if case .converted = $0.origin { true } else { false } }
    }

    /// Whether recorded rows are loaded byte for byte.
    var isVerbatim: Bool {
      columns.count == recordedColumnCount
        && columns.enumerated().allSatisfy { $1.origin == .recorded($0, orElse: nil) }
    }
  }

  /// A table that stays as it is although its rows were recorded.
  package struct Kept: Sendable, Equatable {
    package var name: TableName
    /// The migration tool whose ledger it is; nil for a table that the user excluded.
    package var tool: String?
  }

  package var tables: [Table] = []
  package var kept: [Kept] = []
  /// Recorded tables that no longer exist: their data is left out.
  package var gone: [TableName] = []
  /// Present tables that the checkpoint does not have: they stay as they are.
  package var untouched: [TableName] = []
  /// Problems that make it impossible.
  package var problems: [String] = []
  /// Options that may solve them.
  package var suggestions: [RowPlanSuggestion] = []

  /// Present tables whose rows are replaced; a partitioned table stands for its partitions.
  var replaced: [TableName] = []
}

/// Makes the plan.
struct DataPlanner {
  private let recorded: [(index: Int, table: DatabaseDocument.Table)]
  private let today: [TableName: LiveTable]
  private let request: DatabaseRequest
  private let renames: DataRenames
  private let includesLedgers: Bool
  /// The part that a rescue was taken of; perhaps only a partition.
  private let rescuedPart: DatabasePart?

  init(_ document: DatabaseDocument, today: [TableName: LiveTable], _ request: DatabaseRequest) throws {
    (self.today, self.request) = (today, request)
    recorded = document.tables.enumerated().map { ($0, $1) }.filter {
      request.part.includes($0.table.tableName, ancestors: $0.table.ancestors ?? [])
    }
    for pattern in request.part.schemas
    where !document.tables.contains(where: { NamePattern.matches(pattern, $0.schema) }) {
      throw DatabaseProblem.notRecorded("schema", pattern)
    }
    for pattern in request.part.tables
    where !document.tables.contains(where: { table in
      ([table.tableName] + (table.ancestors ?? [])).contains {
        NamePattern.matches(pattern, table: $0.name, in: $0.schema)
      }
    }) {
      throw DatabaseProblem.notRecorded("table", pattern)
    }
    for pattern in request.excludedTables ?? []
    where !Self.names(document, today).contains(where: { Self.isNamed($0, by: pattern) }) {
      throw DatabaseProblem.notRecorded("table", pattern)
    }
    renames = try DataRenames(request.renames, recorded.map(\.table))
    // A rescue of rows has exactly what was replaced.
    rescuedPart = document.selection?.rowsOf
    includesLedgers = request.includesLedgers == true || document.selection?.rowsOf?.contents == .data
  }

  private static func names(_ document: DatabaseDocument, _ today: [TableName: LiveTable]) -> [TableName] {
    document.tables.flatMap { [$0.tableName] + ($0.ancestors ?? []) } + today.keys
  }

  private static func isNamed(_ name: TableName, by pattern: String) -> Bool {
    NamePattern.matches(pattern, table: name.name, in: name.schema)
  }

  func plan() throws -> DataPlan {
    var plan = DataPlan()
    var used: Set<String> = []
    try requireRenamed()
    for (index, table) in recorded {
      guard let target = target(of: table) else {
        if !isExcluded(table, nil) { plan.gone.append(table.tableName) }
        continue
      }
      if let kept = kept(table, target) {
        plan.kept.append(kept)
        continue
      }
      let planned = columns(of: table, index: index, into: target, &plan, &used)
      if planned.columns.isEmpty && planned.recordedColumnCount > 0 {
        plan.problems.append("\(table.tableName.display) has no column of today's \(target.name.display)")
      }
      plan.tables.append(planned)
    }
    plan.problems += collisions(plan) + swallowed(plan)
    for key in request.values.keys.sorted() where !used.contains(key) {
      throw DatabaseProblem.noSuchColumn(key, .value)
    }
    if plan.tables.isEmpty {
      plan.problems.append(
        plan.kept.isEmpty ? "none of the recorded tables exists today" : "every recorded table stays as it is"
      )
    }
    plan.replaced = replaced(plan)
    let covered = Set(plan.tables.map(\.target)).union(plan.replaced).union(plan.kept.map(\.name))
    plan.untouched = today.values.filter { table in
      !covered.contains(table.name) && !(table.root.map(covered.contains) ?? false)
        && !(table.isPartitioned
          && today.values.contains { $0.root == table.name && covered.contains($0.name) })
    }.map(\.name).sorted { $0.display < $1.display }
    if request.part.isSelective { plan.untouched = [] }
    plan.suggestions += tableSuggestions(plan)
    return plan
  }

  /// Tables that would get the rows of two recorded tables, unless these are partitions of one.
  private func collisions(_ plan: DataPlan) -> [String] {
    let byTarget = Dictionary(grouping: plan.tables, by: \.target)
    return byTarget.filter { _, tables in
      tables.count > 1 && Set(tables.map { recordedRoot(of: $0) ?? $0.recorded }).count > 1
    }.map { target, tables in
      "\(tables.map(\.recorded.display).sorted().joined(separator: " and ")) would both go into \(target.display)"
    }.sorted()
  }

  private func recordedRoot(of table: DataPlan.Table) -> TableName? {
    recorded.first { $0.index == table.index }?.table.root
  }

  /// Refuses names that do not exist, because everything else in the plan would only follow from that.
  private func requireRenamed() throws {
    for (words, new) in renames.newTables where today[new] == nil {
      throw DatabaseProblem.notRenamed("\(words)=\(new.display)", missing: "table \(new.display)")
    }
    for (_, table) in recorded {
      for (words, new) in renames.newColumns(of: table.tableName) {
        guard let target = target(of: table) else {
          let name = renames.table(table.tableName)
          throw DatabaseProblem.notRenamed(words, missing: "table \(name.display)")
        }
        if target.column(new) == nil {
          throw DatabaseProblem.notRenamed(words, missing: "column \(target.name.display).\(new)")
        }
      }
    }
  }

  // MARK: What stays

  private func kept(_ table: DatabaseDocument.Table, _ target: LiveTable) -> DataPlan.Kept? {
    if isExcluded(table, target) { return .init(name: target.name) }
    let isMeant = request.part.tables.contains { pattern in
      NamePattern.isExact(pattern) && Self.isNamed(table.tableName, by: pattern)
    }
    if includesLedgers || isMeant { return nil }
    return MigrationLedger.tool(of: target.name, columns: target.columns.map(\.name)).map {
      .init(name: target.name, tool: $0)
    }
  }

  private func isExcluded(_ table: DatabaseDocument.Table, _ target: LiveTable?) -> Bool {
    let names = [table.tableName] + (table.ancestors ?? []) + [target?.name].compactMap { $0 }
    return (request.excludedTables ?? []).contains { pattern in
      names.contains { Self.isNamed($0, by: pattern) }
    }
  }

  /// Partitions that should stay, but whose whole table is emptied because rows are loaded through it.
  private func swallowed(_ plan: DataPlan) -> [String] {
    let targets = Set(plan.tables.map(\.target))
    return plan.kept.compactMap { kept in
      (today[kept.name]?.ancestors.first(where: targets.contains)).map {
        "\(kept.name.display) cannot stay as it is, because rows of other partitions go in through \($0.display)"
      }
    }
  }

  // MARK: Tables

  /// A partition goes into the partition with the same name and rows, or else into the whole table.
  private func target(of table: DatabaseDocument.Table) -> LiveTable? {
    let own = today[renames.table(table.tableName)]
    guard let root = table.root.map(renames.table) else { return own }
    if let own, own.root == root, own.bound == table.bound, table.loadThrough == nil { return own }
    return today[root] ?? own
  }

  /// The whole partitioned table if it is meant: partitions that were added since have rows of it, too.
  private func replaced(_ plan: DataPlan) -> [TableName] {
    var names: Set<TableName> = []
    for table in plan.tables {
      let root = today[table.target]?.root
      let isWholeMeant =
        root.map { root in
          (rescuedPart ?? request.part).includes(table: root.name, in: root.schema)
            && !plan.kept.contains { today[$0.name]?.ancestors.contains(root) == true }
        } ?? false
      names.insert(isWholeMeant ? root ?? table.target : table.target)
    }
    return names.sorted { $0.display < $1.display }
  }

  private func tableSuggestions(_ plan: DataPlan) -> [RowPlanSuggestion] {
    plan.gone.compactMap { gone in
      guard let columns = recorded.first(where: { $0.table.tableName == gone })?.table.columns else {
        return nil
      }
      let known = Set(columns.map { ExactText($0) })
      let best = plan.untouched.compactMap { today[$0] }.map { table in
        (table.name, table.columns.filter { known.contains(ExactText($0.name)) }.count)
      }.filter { $0.1 * 2 >= columns.count && $0.1 > 1 }.max { $0.1 < $1.1 }
      return best.map { .rename(old: gone.display, new: $0.0.display) }
    }
  }

  // MARK: Columns

  private func columns(
    of table: DatabaseDocument.Table, index: Int, into target: LiveTable, _ plan: inout DataPlan,
    _ used: inout Set<String>
  ) -> DataPlan.Table {
    var planned = DataPlan.Table(
      index: index, recorded: table.tableName, target: target.name, columns: [], gone: [], added: [],
      recordedColumnCount: table.columns.count)
    for (number, (name, type)) in zip(table.columns, table.types).enumerated() {
      let name = renames.column(name, of: table.tableName)
      guard let column = target.column(name), !column.isGenerated else {
        planned.gone.append(table.columns[number])
        continue
      }
      let value = value(for: name, of: target, &used)
      let origin: DataPlan.Origin =
        column.type == type ? .recorded(number, orElse: value) : .converted(number, from: type)
      if column.type != type && value != nil {
        plan.problems.append(
          "\(target.name.display).\(name) changes its type, so it cannot be given a value as well")
      }
      planned.columns.append(.init(name: name, type: column.type, origin: origin))
    }
    let filled = Set(planned.columns.map { ExactText($0.name) })
    for column in filled where planned.columns.count(where: { ExactText($0.name) == column }) > 1 {
      plan.problems.append("two recorded columns would go into \(target.name.display).\(column.wrappedValue)")
    }
    for column in target.columns where !filled.contains(ExactText(column.name)) && !column.isGenerated {
      if let value = value(for: column.name, of: target, &used) {
        planned.columns.append(.init(name: column.name, type: column.type, origin: .value(value)))
        continue
      }
      planned.added.append(column.name)
      if column.isNotNull && !column.hasDefault {
        plan.problems.append(
          "\(target.name.display).\(column.name) is new, must not be NULL and has no default")
        plan.suggestions.append(.value(column: "\(target.name.display).\(column.name)"))
      }
    }
    plan.suggestions += columnSuggestions(planned, table, target)
    return planned
  }

  private func value(for column: String, of table: LiveTable, _ used: inout Set<String>) -> String? {
    for key in ["\(table.name.display).\(column)", "\(table.name.name).\(column)"] {
      if let value = request.values[key] {
        used.insert(key)
        return value
      }
    }
    return nil
  }

  /// A removed column, and an added one of the same type, may be the same under another name.
  private func columnSuggestions(
    _ planned: DataPlan.Table, _ table: DatabaseDocument.Table, _ target: LiveTable
  ) -> [RowPlanSuggestion] {
    planned.gone.compactMap { gone in
      guard let number = table.columns.firstIndex(where: gone.hasSameBytes), target.column(gone) == nil else {
        return nil
      }
      let likely = planned.added.filter { target.column($0)?.type == table.types[number] }
      // “full_name” is more similar to “name” than “tier” is, although more letters differ.
      let kin = likely.filter { $0.contains(gone) || gone.contains($0) }
      let nearest = (kin.isEmpty ? likely : kin).min {
        EditDistance.between(gone, $0) < EditDistance.between(gone, $1)
      }
      return nearest.map { .rename(old: "\(table.tableName.display).\(gone)", new: $0) }
    }
  }
}
