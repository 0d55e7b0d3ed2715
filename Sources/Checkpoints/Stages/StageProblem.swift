// Why no single stage is meant by what the user wrote, with the names that may be meant.

import FileSystem

package enum StageProblem: Error, Sendable, CustomStringConvertible {
  case unknown(String, near: [String])
  case ambiguous(String, [String])
  case noneUnderWay([String])

  package var description: String {
    switch self {
    case .unknown(let text, _): "there is no stage “\(BytePath(text))”"
    case .ambiguous(let text, _): "“\(BytePath(text))” means more than one stage"
    case .noneUnderWay(let all): all.isEmpty ? "there is no stage yet" : "no stage has a checkpoint yet"
    }
  }

  package var candidates: [String] {
    switch self {
    case .unknown(_, let names), .ambiguous(_, let names), .noneUnderWay(let names): names
    }
  }
}
