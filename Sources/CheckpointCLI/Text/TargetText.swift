// What people are told about the checkpoint that an operation has chosen.

import FileSystem
import Operations

enum TargetText {
  private static let rest = "the database and files outside git stay as they are"

  static func line(_ remark: TargetRemark) -> String {
    switch remark {
    case .lastStable(let id, let reason):
      "the last stable checkpoint is \(id)\(reason.map { ", stable: \($0)" } ?? "")"
    case .noneStable: "no checkpoint is stable yet, so this goes to the latest one"
    case .ofGit(let id): "\(id) is of git only: \(rest)"
    case .release(let tag): "no checkpoint was taken at \(BytePath(tag)): only git is restored; \(rest)"
    }
  }
}
