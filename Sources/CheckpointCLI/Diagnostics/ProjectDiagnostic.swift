// What to do about a repository or a project in which nothing can be recorded, and about checkpoints that stay.

import Checkpoints
import Git

extension RepositoryLocation.Problem: ExplainedError {
  var diagnostic: Diagnostic {
    let hints: [String] =
      switch self {
      case .notARepository: ["git init makes one"]
      case .unsafeOwner(let path, _): ["git config --global --add safe.directory \(path)"]
      case .noWorktree: ["run checkpoint in a clone with a working tree"]
      case .unsupported: []
      case .gitMissing: ["apt-get install git"]
      }
    return Diagnostic("\(self)", hints: hints, code: .noRepository)
  }
}

extension Project.Problem: ExplainedError {
  var diagnostic: Diagnostic {
    switch self {
    case .storeInCommittedFile:
      Diagnostic("\(self)", hints: ["git config checkpoint.store DIRECTORY"], code: .usage)
    case .noStore: Diagnostic("\(self)", hints: ["checkpoint init"], code: .noRepository)
    case .otherRepository(_, _, let file):
      Diagnostic(
        "\(self)",
        hints: [
          "give each repository its own: git config checkpoint.store DIRECTORY",
          "if the repository was moved here, remove \(file)",
        ], code: .noRepository)
    }
  }
}

extension Deletion.Problem: ExplainedError {
  var diagnostic: Diagnostic {
    switch self {
    case .holdsDatabase:
      Diagnostic(
        "\(self)", hints: ["checkpoint undo brings it back; the next rollback copies it into the store"])
    case .critical(let id):
      Diagnostic("\(self)", hints: ["first: checkpoint mark \(id) stable, or unstable"])
    case .refsStay:
      Diagnostic(
        "\(self)",
        hints: ["the next checkpoint removes them; if no git is running, remove that file"], code: .partly)
    }
  }
}
