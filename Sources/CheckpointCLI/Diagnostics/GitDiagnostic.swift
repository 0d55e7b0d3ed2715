// What to do if git refused something, or a file cannot be recorded or written.

import Checkpoints
import FileSystem
import Git

extension Pathspec.Unmatched: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic(
      "\(self) in the checkpoint",
      hints: [
        "checkpoint show SELECTOR --files lists what changed; git's pathspecs are understood: 'src/*.ts', ':!docs'"
      ])
  }
}

extension Pathspec.Invalid: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic(
      "\(self)",
      hints: [
        "paths are relative to the current directory and stay inside the repository; for example 'src/*.ts', ':!docs', "
          + "':(top)README.md' (git help glossary, “pathspec”)"
      ], code: .usage)
  }
}

extension GitLocked: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic(
      "\(self)", hints: ["wait until it is done; if no git is running, remove that file"], code: .locked)
  }
}

extension ObjectsSwept: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic("\(self)", hints: ["try again when git gc is done"], code: .locked)
  }
}

extension Obstruction: ExplainedError {
  var diagnostic: Diagnostic {
    let limit = 20
    return Diagnostic(
      "\(self)",
      causes: others.prefix(limit).map(\.description)
        + (others.count > limit ? ["and \(others.count - limit) more"] : []),
      hints: ["move \(others.isEmpty ? "it" : "them") out of the way, or let it be finished, and try again"])
  }
}

extension FileChanged: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic(
      "\(self)", hints: ["try again when nothing writes to it, or leave it out with --exclude"])
  }
}

extension GitError: ExplainedError {
  var diagnostic: Diagnostic {
    Diagnostic(
      "\(self)",
      hints: [isDiskFull ? Diagnostic.fullDisk : "git fsck shows whether the repository is sound"])
  }
}
