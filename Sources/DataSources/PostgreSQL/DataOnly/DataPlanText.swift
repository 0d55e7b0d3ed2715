// A plan as text for people. Anything unexpected comes first, one a line; the rest is counted.

enum DataPlanText {
  /// The number of tables of one kind that are listed before the rest is counted.
  private static let named = 20

  package static func lines(_ plan: DataPlan) -> [String] {
    let tables = plan.tables.map { (table: $0, remarks: remarks($0)) }
    func isPlain(_ one: (table: DataPlan.Table, remarks: [String])) -> Bool {
      one.remarks.isEmpty && one.table.recorded == one.table.target
    }
    let plain = tables.filter(isPlain).map(\.table.target)
    let exceptions =
      plan.kept.map(line)
      + plan.gone.map { "\($0.display): the table is gone, its data is left out" }
      + tables.filter { !isPlain($0) }.map { ([head($0.table)] + $0.remarks).joined(separator: "; ") }
      + untouched(plan.untouched)
    let more = exceptions.isEmpty ? "" : "… and "
    switch plain.count {
    case 0: return exceptions
    case 1: return exceptions + ["\(plain[0].display): all its columns"]
    default: return exceptions + ["\(more)\(plain.count) tables with all their columns"]
    }
  }

  private static func line(_ kept: DataPlan.Kept) -> String {
    guard let tool = kept.tool else { return "\(kept.name.display): excluded, stays as it is" }
    return "\(kept.name.display): the migration ledger of \(tool), stays as it is"
  }

  private static func untouched(_ tables: [TableName]) -> [String] {
    let more = tables.count - named
    return tables.prefix(named).map { "\($0.display): not in the checkpoint, stays as it is" }
      + (more > 0 ? ["… and \(more) more tables that are not in the checkpoint and stay as they are"] : [])
  }

  private static func head(_ table: DataPlan.Table) -> String {
    let name =
      table.recorded == table.target
      ? table.target.display : "\(table.recorded.display) → \(table.target.display)"
    let matched = table.columns.filter { if case .value = $0.origin { false } else { true } }.count
    return "\(name): \(matched) of \(table.recordedColumnCount) columns"
  }

  /// Empty if every column goes to where it was.
  private static func remarks(_ table: DataPlan.Table) -> [String] {
    var remarks: [String] = []
    for column in table.columns {
      switch column.origin {
      case .recorded(_, nil): continue
      case .recorded(_, let value?): remarks.append("\(column.name): “\(value)” where it is NULL")
      case .converted(_, let type): remarks.append("\(column.name): converted from \(type) to \(column.type)")
      case .value(let value): remarks.append("\(column.name): “\(value)”")
      }
    }
    remarks += table.gone.map { "\($0): gone, its data is left out" }
    remarks += table.added.map { "\($0): new, its default or NULL" }
    return remarks
  }
}
