// The path of every export's bytes: literal ones and chunks of rows in one order, read from the store, checked, converted
// and compressed by several threads, and passed on in that order. Only a few pieces of about a megabyte are in memory,
// whatever the database's size.

import ChunkStore
import Codecs
import FileSystem
import Glibc

final class ExportPipeline {
  /// Passes on the bytes of a chunk in another form, in any number of pieces.
  typealias Conversion =
    @Sendable (_ bytes: UnsafeRawBufferPointer, _ pass: (UnsafeRawBufferPointer) throws -> Void) throws ->
    Void

  private enum Segment: Sendable {
    case bytes([UInt8])
    case chunk(ChunkReference, Conversion)
  }

  private typealias Work = OrderedWork<[Segment], Piece>

  private struct Piece: Sendable {
    var bytes: [UInt8]
    var summary: DeflateSummary
  }

  private static let pieceBytes = 1 << 20
  /// More would cost more memory than they save time.
  private static let mostWorkers = 8
  /// Little slower than 1 and smaller; 3 takes half as long again (docs/design/export.md has the measurement).
  private static let level: Int32 = 2

  private let work: Work
  private let state: State
  private var segments: [Segment] = []
  private var byteCount = 0
  /// The number of the last piece.
  private var last = -1

  /// The state of the delivering side, which is on the same thread as the giving one.
  private final class State {
    let write: ([UInt8]) throws -> Void
    /// Actions between pieces: beginning and ending a stream, continuing with another file.
    var actions: [Int: () throws -> Void] = [:]
    var summary: DeflateSummary

    init(_ container: DeflateContainer?, _ write: @escaping ([UInt8]) throws -> Void) {
      self.write = write
      summary = DeflateSummary(container ?? .gzip)
    }
  }

  private init(_ work: Work, _ state: State) { (self.work, self.state) = (work, state) }

  /// - Parameters:
  ///   - container: nil to leave the bytes as they are.
  ///   - write: receives the compressed bytes, on the calling thread.
  static func run(
    _ store: Store, _ container: DeflateContainer?, write: @escaping ([UInt8]) throws -> Void,
    making body: (ExportPipeline) throws -> Void
  ) throws {
    let state = State(container, write)
    // After a failure some actions are left, which keep their objects alive.
    defer { state.actions = [:] }
    let cores = min(mostWorkers, max(2, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    try Work.run(
      workers: cores,
      makeWorker: {
        let reader = ChunkReader(store)
        guard let container else { return { try plain($0, reader) } }
        let compressor = try DeflateCompressor(container, level: level)
        return { try compressed($0, reader, compressor) }
      },
      deliver: { number, piece in
        if !piece.bytes.isEmpty { try write(piece.bytes) }
        state.summary.append(piece.summary)
        try state.actions.removeValue(forKey: number)?()
      },
      giving: { work in
        let pipeline = ExportPipeline(work, state)
        try body(pipeline)
        try pipeline.flush()
      })
  }

  private static func compressed(
    _ segments: [Segment], _ reader: ChunkReader, _ compressor: DeflateCompressor
  ) throws -> Piece {
    let (bytes, summary) = try compressor.piece { add in
      for segment in segments { try give(segment, reader, add) }
    }
    return Piece(bytes: summary.byteCount == 0 ? [] : bytes, summary: summary)
  }

  private static func plain(_ segments: [Segment], _ reader: ChunkReader) throws -> Piece {
    var bytes: [UInt8] = []
    for segment in segments { try give(segment, reader) { bytes.append(contentsOf: $0) } }
    return Piece(bytes: bytes, summary: DeflateSummary(.gzip))
  }

  private static func give(
    _ segment: Segment, _ reader: ChunkReader, _ add: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    switch segment {
    case .bytes(let bytes): try bytes.withUnsafeBytes(add)
    case .chunk(let piece, let convert): try reader.withPiece(piece) { try convert($0, add) }
    }
  }

  // MARK: Giving bytes

  func write(_ bytes: some Sequence<UInt8>) throws {
    let bytes = Array(bytes)
    if bytes.isEmpty { return }
    try add(.bytes(bytes), bytes.count)
  }

  func write(_ text: String) throws { try write(text.utf8) }

  func write(_ chunk: ChunkReference, converting convert: @escaping Conversion = { try $1($0) }) throws {
    try add(.chunk(chunk, convert), chunk.byteCount)
  }

  private func add(_ segment: Segment, _ count: Int) throws {
    segments.append(segment)
    byteCount += count
    if byteCount >= Self.pieceBytes { try flush() }
  }

  private func flush() throws {
    if segments.isEmpty { return }
    let given = segments
    (segments, byteCount) = ([], 0)
    last = try work.submit(given)
  }

  /// Runs an action once everything given so far is written, before anything that follows.
  func then(_ action: @escaping () throws -> Void) throws {
    // An empty piece keeps the place.
    let given = segments
    (segments, byteCount) = ([], 0)
    let number = last + 1
    state.actions[number] = action
    last = try work.submit(given)
  }

  /// Writes one complete stream of the container's format.
  func stream(_ container: DeflateContainer, _ body: () throws -> Void) throws {
    let state = state
    try then {
      state.summary = DeflateSummary(container)
      try state.write(container.head)
    }
    try body()
    try then { try state.write(state.summary.end) }
  }
}
