// Files that lead to another database, in plans and results.

import FileSystem
import Formatting
import Operations

enum AddressText {
  private static let option = "--take-address"

  /// What is to be said of a file in the plan; empty for most.
  static func words(_ plan: AddressPlan, for path: BytePath) -> String {
    let found = plan.changes.filter { $0.path == path }.map { Format.visible($0.description) }
    if found.isEmpty { return "" }
    let way = plan.isLeft ? " (of another clone; \(option) writes it)" : ""
    return ": \(found.joined(separator: "; "))\(way)"
  }

  /// What is to be said once it is done.
  static func notes(_ plan: AddressPlan) -> [String] {
    plan.changes.map { change in
      plan.isLeft
        ? "\(change.path) stays as it is: \(Format.visible(change.description)); \(option) writes it"
        : "\(change.path) leads to another database than before: \(Format.visible(change.recorded))"
    }
  }
}
