// A plan in words, a line for each thing that people must know before they agree.

enum DataPlanText {
  package static func lines(_ plan: DataPlan) -> [String] {
    plan.tables.flatMap(lines)
      + plan.gone.map { "\($0.display): the table is gone, its data is left out" }
      + plan.untouched.map { "\($0.display): not in the checkpoint, stays as it is" }
  }

  private static func lines(_ table: DataPlan.Table) -> [String] {
    let name =
      table.recorded == table.target
      ? table.target.display : "\(table.recorded.display) → \(table.target.display)"
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
    let matched = table.columns.filter { if case .value = $0.origin { false } else { true } }.count
    let head = "\(name): \(matched) of \(table.recordedColumnCount) columns"
    return [remarks.isEmpty ? head : "\(head); \(remarks.joined(separator: "; "))"]
  }
}
