// Work in progress: changes of tracked files on disk and in the index, and everything that git does not track.

import FileSystem
import Glibc
import TestSupport

extension FuzzRepository {
  /// What a user may have done since the last commit.
  func work() throws {
    let present = try contents()
    let tracked = present.all.filter { !isFixed($0) }
    try stageChanges(tracked)
    try changeOnDisk(tracked)
    try addUntracked()
    try setFlags(tracked)
    try setModes()
  }

  private func some(_ paths: [BytePath], _ range: ClosedRange<Int> = 1...3) -> [BytePath] {
    random.some(random.number(range), of: paths)
  }

  // MARK: Tracked files

  private func stageChanges(_ tracked: [BytePath]) throws {
    var staged: [BytePath] = []
    if has(.staged) {
      for path in some(tracked) { staged += try edit(path) ? [path] : [] }
      for _ in 0..<random.number(0...2) { staged.append(try addFile()) }
    }
    if has(.stagedDeletions) {
      for path in some(tracked, 1...2) {
        // Out of the index, and perhaps still there.
        if random.chance(0.4) {
          try git(["update-index", "--force-remove", "-z", "--stdin"], input: path.bytes + [0])
        } else {
          try remove(path)
          staged.append(path)
        }
      }
    }
    if has(.renames), let path = random.element(of: tracked) {
      let new = newPath()
      if new != path, !path.isInside(new), !new.isInside(path), !isFixed(new) {
        try move(path, to: new)
        staged += [path, new]
      }
    }
    if has(.caseRenames),
      let path = tracked.first(where: { $0.lastComponent.exactText?.lowercased() == "readme" })
    {
      let name = path.lastComponent == "README" ? "readme" : "README"
      let new = path.parent?.appending(BytePath(name)) ?? BytePath(name)
      try move(path, to: new)
      staged += [path, new]
    }
    var added: [BytePath] = []
    if has(.addedThenModified) { added = [try addFile()] }
    if has(.manyChanges) { for _ in 0..<random.number(45...70) { staged.append(try addFile()) } }
    try stage((staged + added).filter { (try? kind($0)) != .directory })
    if has(.stagedAndUnstaged) { added += some(staged) }
    for path in added { _ = try edit(path) }
    if has(.intentToAdd) { try intendToAdd() }
  }

  private func intendToAdd() throws {
    let path = try addFile()
    note("intent to add \(short(path))")
    try git(
      [
        "--literal-pathspecs", "add", "-f", "-N", "--sparse", "--pathspec-from-file=-", "--pathspec-file-nul",
      ],
      input: path.bytes, accepting: nil)
  }

  private func changeOnDisk(_ tracked: [BytePath]) throws {
    if has(.unstaged) { for path in some(tracked, 1...4) { _ = try edit(path) } }
    if has(.deletions) { for path in some(tracked, 1...2) { try remove(path) } }
    if has(.replacedKinds) { for path in some(tracked, 1...2) { try replaceKind(path) } }
    let present = try contents().files
    if has(.executableBits) { for path in some(present, 1...3) { try toggleExecutable(path) } }
    if has(.hardLinks), let path = random.element(of: present) { try addHardLink(to: path) }
    if has(.touchedFiles) { for path in some(present, 1...4) { touch(path) } }
    if has(.largeFiles), try kind("large") == .regular, random.chance(0.6) {
      try overwrite("large", random.manyBytes())
    }
  }

  private func setFlags(_ tracked: [BytePath]) throws {
    for (ingredient, flag) in [
      (Ingredient.assumeUnchanged, "--assume-unchanged"), (.skipWorktree, "--skip-worktree"),
    ] where has(ingredient) {
      let entries = try git(["ls-files", "-z"]).output.split(separator: 0).map { BytePath($0) }
      let paths = some(Set(entries).intersection(tracked).sorted(), 1...2)
      // A file in a conflict cannot have these.
      try git(
        ["update-index", BytePath(flag), "-z", "--stdin"], input: paths.flatMap { $0.bytes + [0] },
        accepting: nil)
      for path in paths where random.chance(0.6) { _ = try edit(path) }
    }
  }

  // MARK: Untracked files

  private func addUntracked() throws {
    if has(.untracked) {
      for _ in 0..<random.number(1...5) {
        try addFile(mode: random.chance(0.2) ? random.oddFileMode() : 0o644)
      }
      if random.chance(0.3) { try link("new link", to: random.linkTarget()) }
      if random.chance(0.3) { try write("untracked/\(random.number(0...3))/deep", random.text()) }
    }
    if has(.privateFiles) {
      for _ in 0..<random.number(1...2) { try addFile(mode: 0o600) }
      if random.chance(0.5) { try write("secrets/id_rsa", random.text(lines: 1...3), mode: 0o400) }
    }
    if has(.environmentFiles) {
      try write(".env", random.text(lines: 1...3), mode: random.chance(0.5) ? 0o600 : 0o644)
      if random.chance(0.5) { try write("src/.env.local", random.text(lines: 1...3), mode: 0o640) }
    }
    if has(.ignoredFiles) {
      try write("build/out.o", random.fileBytes())
      if random.chance(0.5) { try write("src/debug.log", random.text()) }
      if random.chance(0.3) { try write("build/deep/er.o", random.fileBytes()) }
      if random.chance(0.3) { try write("cache", random.fileBytes()) }
    }
    if has(.specialFiles) { try addSpecialFile() }
    if has(.emptyDirectories) {
      for _ in 0..<random.number(1...3) {
        let path: BytePath =
          random.element(of: ["empty", "empty/in/empty", "src/empty", "untracked/empty", "docs/e"]) ?? "e"
        try makeDirectory(path)
      }
    }
  }

  private func setModes() throws {
    let present = try contents()
    if has(.fileModes) {
      for path in some(present.files, 1...4) { try FileTree.setPermissions(full(path), random.oddFileMode()) }
    }
    if has(.directoryModes) {
      for path in some(present.directories, 1...3) {
        try FileTree.setPermissions(full(path), random.oddDirectoryMode())
      }
    }
  }
}
