// Why a part of a checkpoint cannot be exported, with names that may be meant instead.

import Checkpoints

package enum ExportProblem: Error, Sendable, CustomStringConvertible {
  case unknownSchema(String, known: [String])
  case unknownTable(String, known: [String])
  case tableNotInArchive(String)

  package var description: String {
    switch self {
    case .unknownSchema(let name, _): "the checkpoint has no schema “\(name)”"
    case .unknownTable(let name, _): "the checkpoint has no table “\(name)”"
    case .tableNotInArchive(let name): "the checkpoint has rows of \(name), but not how it is made"
    }
  }

  package var candidates: [String] {
    switch self {
    case .unknownSchema(let name, let known), .unknownTable(let name, let known):
      known.filter { EditDistance.between(name, $0) <= max(1, name.count / 3) }
    case .tableNotInArchive: []
    }
  }
}
