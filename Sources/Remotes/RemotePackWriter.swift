// Gathers chunks into packs: object stores charge for each file, and tens of thousands of small ones are slow. A pack is the
// frames of its chunks, one after another, exactly as a store has them.

import ChunkStore
import Codecs
import FileSystem
import Glibc

final class RemotePackWriter {
  /// A pack is closed once it has so many bytes.
  private static let size = 16 << 20
  /// So many packs get an index together: what was pushed before an interruption is not pushed again.
  private static let packsOfIndex = 8

  private let remote: RemoteDirectory
  private let scratch: BytePath
  private let files: any FileOperations
  private let hash = SHA256()
  private var output: OpenFile?
  private var pack = RemoteIndex.Pack(byteCount: 0)
  /// Those without an index.
  private var unlisted: [ChunkID: RemoteIndex.Pack] = [:]
  private(set) var byteCount = 0
  /// Hears of every chunk that the remote has from now on.
  var listed: ([ChunkID: RemoteIndex.Pack]) -> Void = { _ in }

  /// - Parameter scratch: the path of a temporary file, which the caller removes.
  init(_ remote: RemoteDirectory, scratch: BytePath, files: any FileOperations) {
    (self.remote, self.scratch, self.files) = (remote, scratch, files)
  }

  func add(_ id: ChunkID, _ frame: [UInt8]) throws {
    let output = try self.output ?? files.open(scratch, flags: O_RDWR | O_CREAT | O_TRUNC, mode: 0o600)
    self.output = output
    try files.write(frame, to: output)
    frame.withUnsafeBytes { hash.update($0) }
    pack.chunks.append((id, pack.byteCount..<(pack.byteCount + frame.count)))
    pack.byteCount += frame.count
    if pack.byteCount >= Self.size { try close() }
    if unlisted.count >= Self.packsOfIndex { try list() }
  }

  /// Sends what has been gathered. Then the remote has every chunk that was added.
  func finish() throws {
    if output != nil { try close() }
    if !unlisted.isEmpty { try list() }
  }

  private func close() throws {
    guard let output, let id = ChunkID(digest: hash.finish()) else { return }
    try remote.put(RemoteLayout.pack(id)) { file in try copy(output, to: file) }
    byteCount += pack.byteCount
    unlisted[id] = pack
    pack = RemoteIndex.Pack(byteCount: 0)
    self.output = nil
  }

  private func copy(_ source: OpenFile, to file: OpenFile) throws {
    try source.seek(to: 0)
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while case let count = try source.bytes(into: &buffer), count > 0 {
      try Interruption.check()
      try files.write(Array(buffer[..<count]), to: file)
    }
  }

  private func list() throws {
    let bytes = RemoteIndex.encode(unlisted)
    guard let id = ChunkID(digest: SHA256.digest(bytes)) else { return }
    try remote.put(RemoteLayout.index(id), bytes)
    byteCount += bytes.count
    listed(unlisted)
    unlisted = [:]
  }
}
