// Gathers chunks into packs: object stores charge for each file, and tens of thousands of small ones are slow. A pack is the
// frames of its chunks, one after another, exactly as a store has them. Its index follows it at once, so that what was sent
// before an interruption is found.

import ChunkStore
import Codecs
import FileSystem
import Glibc

final class RemotePackWriter {
  /// A pack is closed once it has so many bytes, or so many chunks.
  private static let (size, chunkCount) = (16 << 20, 100_000)

  private let remote: RemoteDirectory
  private let mark: String
  private let scratch: BytePath
  private let files: any FileOperations
  private let hash = SHA256()
  private var output: OpenFile?
  private var chunks: [(id: ChunkID, range: Range<Int>)] = []
  /// Bytes that were gathered and are not sent yet.
  private(set) var pending = 0
  private(set) var byteCount = 0
  /// Hears of every pack that the remote has from now on.
  var sent: (RemoteIndex.Pack) -> Void = { _ in }

  /// - Parameter scratch: the path of a temporary file, which the caller removes.
  init(_ remote: RemoteDirectory, by mark: String, scratch: BytePath, files: any FileOperations) {
    (self.remote, self.mark, self.scratch, self.files) = (remote, mark, scratch, files)
  }

  func add(_ id: ChunkID, _ frame: [UInt8]) throws {
    let output = try self.output ?? files.open(scratch, flags: O_RDWR | O_CREAT | O_TRUNC, mode: 0o600)
    self.output = output
    try files.write(frame, to: output)
    frame.withUnsafeBytes { hash.update($0) }
    chunks.append((id, pending..<(pending + frame.count)))
    pending += frame.count
    if pending >= Self.size || chunks.count >= Self.chunkCount { try finish() }
  }

  /// Sends what has been gathered. Then the remote has every chunk that was added.
  func finish() throws {
    guard let output, let id = ChunkID(digest: hash.finish()) else { return }
    let pack = RemoteIndex.Pack(id: id, byteCount: pending, chunks: chunks)
    try remote.put(RemoteLayout.pack(id), by: mark) { file in try copy(output, to: file) }
    let index = RemoteIndex.encode(pack)
    guard let name = ChunkID(digest: SHA256.digest(index)) else { return }
    try remote.put(RemoteLayout.index(name), index, by: mark)
    byteCount += pending + index.count
    sent(pack)
    (self.output, chunks, pending) = (nil, [], 0)
  }

  private func copy(_ source: OpenFile, to file: OpenFile) throws {
    try source.seek(to: 0)
    try source.forEachPiece(of: 1 << 20) { piece in
      try Interruption.check()
      try files.write(piece, to: file)
    }
  }
}
