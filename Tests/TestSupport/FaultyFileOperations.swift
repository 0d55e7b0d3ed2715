// The real file system, until the chosen call fails with the chosen code. From then on every call of that
// kind fails, as on a disk that is full; a failing write leaves half of its bytes behind, as a disk does.

import FileSystem
import Glibc
import Synchronization

package final class FaultyFileOperations: FileOperations {
  package enum Call: Sendable, CaseIterable { case open, write, sync, syncFileSystem, rename }

  private let failing: Call?
  private let code: Int32
  private let successes: Int
  private let system = SystemFileOperations()
  private let made = Mutex<[(call: Call, path: BytePath)]>([])
  private let isHealed = Atomic<Bool>(false)

  /// - Parameters:
  ///   - failing: which calls fail; nil only records them.
  ///   - successes: how many of them succeed before.
  package init(failing: Call? = nil, with code: Int32 = ENOSPC, after successes: Int = 0) {
    (self.failing, self.code, self.successes) = (failing, code, successes)
  }

  /// Every call in order, those that failed included.
  package var calls: [Call] { made.withLock { $0.map(\.call) } }
  package var callsWithPaths: [(call: Call, path: BytePath)] { made.withLock { $0 } }

  /// From here on nothing fails any more, as if the user had made room.
  package func heal() { isHealed.store(true, ordering: .relaxed) }

  private func note(_ call: Call, _ path: BytePath) throws(SystemError) {
    let count = made.withLock { made in
      made.append((call, path))
      return made.count { $0.call == call }
    }
    if call == failing && count > successes && !isHealed.load(ordering: .relaxed) {
      throw SystemError(code: code, operation: "\(call)", path: path)
    }
  }

  package func open(_ path: BytePath, flags: Int32, mode: mode_t) throws(SystemError) -> OpenFile {
    try note(.open, path)
    return try system.open(path, flags: flags, mode: mode)
  }

  package func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(SystemError) {
    do { try note(.write, file.path) } catch {
      try system.write(UnsafeRawBufferPointer(rebasing: bytes.prefix(bytes.count / 2)), to: file)
      throw error
    }
    try system.write(bytes, to: file)
  }

  package func sync(_ file: OpenFile) throws(SystemError) {
    try note(.sync, file.path)
    try system.sync(file)
  }

  package func syncFileSystem(of file: OpenFile) throws(SystemError) {
    try note(.syncFileSystem, file.path)
    try system.syncFileSystem(of: file)
  }

  package func rename(_ old: BytePath, to new: BytePath) throws(SystemError) {
    try note(.rename, new)
    try system.rename(old, to: new)
  }

  package func move(_ name: BytePath, from old: OpenFile, to new: OpenFile) throws(SystemError) {
    try note(.rename, new.path.appending(name))
    try system.move(name, from: old, to: new)
  }

  package func rename(_ old: BytePath, to name: BytePath, in directory: OpenFile) throws(SystemError) {
    try note(.rename, directory.path.appending(name))
    try system.rename(old, to: name, in: directory)
  }

  /// A hint cannot fail.
  package func startWriteback(of file: OpenFile) { system.startWriteback(of: file) }
}
